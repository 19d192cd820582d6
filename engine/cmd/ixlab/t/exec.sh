#!/bin/sh
# A command in a node is as if it ran here: descriptors, status, signals,
# terminal.
top=$(cd "$(dirname "$0")/../../../.." && pwd)
alone=1
. "$top/engine/t/tap.sh"
can_lab || skip_all "this machine gives us no namespaces; see ixlab doctor"
run ixlab up bilateral --name "$tag"
is "up" "$status" 0

run ixlab exec m1 -- sh -c 'echo out; echo err >&2; exit 7'
is "exec: exit status, output, error" "$status $out $err" "7 out err"
is "exec: standard input" "$(echo hello | ixlab exec m1 -- cat)" hello
is "exec: a million bytes pass whole" \
	"$(head -c 1000000 /dev/zero | ixlab exec m1 -- cat | wc -c)" 1000000
is "exec: options after the command are its own" \
	"$(ixlab exec m1 echo -L --json -- x)" "-L --json -- x"
run ixlab exec m1 -- ip -br address show ix0
like "exec: in the node's network" "$out" '203\.0\.113\.'
run ixlab exec m1 -- sh -c 'kill -9 $$'
is "exec: a command that a signal ended" "$status" 137
run ixlab exec m1 -- no-such-program
is "exec: no such command: exit status" "$status" 127
like "exec: no such command: the sentence" "$err" \
	'^ixlab: .*no-such-program.*No such file or directory$'
is "exec: no such command: one line" "$(printf '%s\n' "$err" | wc -l)" 1
run ixlab exec m1 -- /etc/passwd
is "exec: what cannot be run: exit status" "$status" 126
like "exec: what cannot be run: the sentence" "$err" '/etc/passwd.*denied$'
run ixlab exec m77 -- true
like "exec: no such node: the sentence" "$err" '^ixlab: .*m77'
is "exec: no such node: exit status" "$status" 2
best_of 10 90 ixlab exec m1 -- true
quick "exec: over as soon as the command is" 90

# ---- signals reach the command
started() { grep -q ready "$tmp/signal.out"; }
for sig in INT TERM USR1; do
	: >"$tmp/signal.out"
	# A shell would ignore INT in what it starts in the background.
	env --default-signal=INT "$bin/ixlab" exec m1 -- sh -c \
		"trap 'echo got $sig; exit 5' $sig; echo ready
		while :; do sleep 0.1; done" >"$tmp/signal.out" 2>&1 &
	pid=$!
	wait_for 5 started
	kill -$sig $pid
	wait $pid
	is "SIG$sig: passed on, and the status comes back" \
		"$? $(tail -1 "$tmp/signal.out")" "5 got $sig"
done

# ---- when the client dies, so does what it started
ixlab exec m1 -- sh -c "echo ready
	sleep 1000; :" >"$tmp/signal.out" 2>&1 &
pid=$!
wait_for 5 started
kill -9 $pid
wait $pid 2>/dev/null
gone() { ! ixlab exec m1 -- sh -c 'cat /proc/[0-9]*/cmdline | tr "\0" " "' |
	grep -q "sleep 1000"; }
ok "kill -9 of the client ends the command" wait_for 5 gone

# ---- shell
is "shell: reads commands" "$(echo 'hostname; pwd' | ixlab shell m1)" \
	"$(printf 'm1\n/etc/bird')"

# ---- on a terminal: script(1) is one
if command -v script >/dev/null; then
	on_tty() { # COMMAND: its words as the terminal saw them, then its status
		SHELL=/bin/bash script -qec "stty -echo; $1" /dev/null </dev/null |
			tr -d '\r'
	}
	like "on a terminal the command has one" \
		"$(on_tty 'ixlab exec m1 -- sh -c "test -t 0 && test -t 1 && test -t 2 && echo a tty; stty size"')" \
		'^a tty$'
	is "its size is ours" \
		"$(on_tty 'stty rows 33 cols 99; ixlab exec m1 -- stty size')" \
		"33 99"
	SHELL=/bin/bash script -qec 'ixlab exec m1 -- sh -c "exit 9"' \
		/dev/null >/dev/null </dev/null
	is "on a terminal: the exit status" "$?" 9
	is "the terminal is as before" "$(on_tty 'a=$(stty -g)
		ixlab exec m1 -- true; [ "$a" = "$(stty -g)" ] && echo same')" \
		same
	# In what follows $tmp/ready says that the command runs.
	cat >"$tmp/term" <<'END'
before=$(stty -g)
(until [ -e "$1/ready" ]; do sleep 0.05; done; kill $(cat "$1/pid")) &
sh -c 'echo $$ >"$1/pid"; exec ixlab exec m1 -- sh -c "
	touch $1/ready; exec sleep 100"' sh "$1"
echo "status $?"
[ "$before" = "$(stty -g)" ] && echo same
END
	is "SIGTERM: its status, and the terminal is as before" \
		"$(on_tty "sh $tmp/term $tmp" | tr '\n' ' ')" "status 143 same "
	rm -f "$tmp/ready"
	cat >"$tmp/size" <<'END'
(until [ -e "$1/ready" ]; do sleep 0.05; done; stty rows 41 cols 121 </dev/tty) &
ixlab exec m1 -- sh -c 'trap "stty size; exit 0" WINCH; touch "$1/ready"
	i=0; while [ $((i += 1)) -lt 1000 ]; do sleep 0.1; done' sh "$1"
END
	is "a new size is passed on" "$(on_tty "sh $tmp/size $tmp")" "41 121"
	like "shell: the prompt names the node" \
		"$(printf 'hostname\nexit\n' |
			SHELL=/bin/bash script -qec 'ixlab shell m1' /dev/null)" \
		'm1# '
	like "what is no terminal's is cleaned on its way to one" \
		"$(on_tty 'echo | ixlab exec m1 -- printf "a\033[2Jb\n"')" \
		'^a\?\[2Jb$'
else
	skip "on a terminal" "script is not installed"
fi
run ixlab down "$tag"
is "down" "$status" 0
leftovers "nothing is left"
# ---- a limit of memory holds for what runs in the node, its daemon included
sed 's/^    asn: 65537$/&\n    limits: {memory: 64M}/' "$top/labs/bilateral.yml" >"$tmp/tight.yml"
run ixlab up "$tmp/tight.yml" --name "$tag-tight"
is "up with a limit" "$status" 0
allowed() { ixlab exec -L "$tag-tight" "$1" -- sh -c 'ulimit -v'; }
if ! ixlab inspect "$tag-tight" --json | jq -e '.nodes[] | select(.name == "m2")
	| .limits[0].by == "rlimit"' >/dev/null; then
	skip "limits: what each program may take" "control groups hold all of them together"
else
is "limits: what the node may take" "$(allowed m2)" 65536
is "limits: another node may take all" "$(allowed m1)" unlimited
is "limits: the daemon's" "$(ixlab exec -L "$tag-tight" m2 -- sh -c \
	'grep "address space" "/proc/$(cat /run/bird/bird.pid)/limits"' |
	awk '{print $4}')" 67108864
fi
run ixlab down "$tag-tight"
is "down" "$status" 0
done_testing
