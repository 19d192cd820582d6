# A containerlab topology as a shell script that does what containerlab would:
# a place for each node, a veth pair for each link, then what the node executes.
# in_NODE COMMAND... runs there. A line that fails is written to $failed.
function word(s) { gsub(/-/, "_", s); return s }
/^  [a-z]+:$/ { part = $1; next }
part == "nodes:" && /^    [a-z0-9-]+:$/ {
	node = substr($1, 1, length($1) - 1)
	nodes[++n] = node
	next
}
part == "nodes:" && /^      [a-z]+:$/ { list = $1; next }
part == "nodes:" && list == "binds:" && /^        - / {
	split($2, at, ":")
	binds[node] = binds[node] "; mount --bind '" dir "/" at[1] "' " at[2]
}
part == "nodes:" && list == "exec:" && /^        - "/ {
	line = substr($0, 12, length($0) - 12)
	gsub(/\\"/, "\"", line)
	gsub(/\\\\/, "\\", line)
	quoted = line
	gsub(/'/, "'\\''", quoted)
	execs = execs "in_" word(node) " " line " || echo '" node ": " quoted \
		"' >>\"$failed\"\n"
}
part == "links:" && /^    - endpoints/ {
	split($0, q, "\"")
	split(q[2], a, ":")
	split(q[4], b, ":")
	links = links "ip link add name " a[2] " netns $pid_" word(a[1]) \
		" type veth peer name " b[2] " netns $pid_" word(b[1]) "\n"
}
END {
	print "failed='" dir "/failed'\n: >\"$failed\""
	for (i = 1; i <= n; i++) {
		w = word(nodes[i])
		print "rm -f '" dir "/ready'"
		print "unshare -nm sh -c \"mount --make-rprivate /; " \
			"mount -t tmpfs tmpfs /run; " \
			"mount -t tmpfs tmpfs /var/log" binds[nodes[i]] \
			"; : >'" dir "/ready'; exec sleep 600\" &"
		print "pid_" w "=$!"
		print "until [ -e '" dir "/ready' ]; do sleep 0.01; done"
		print "in_" w "() { nsenter -t $pid_" w " -n -m -- \"$@\"; }"
	}
	printf "%s%s", links, execs
}
