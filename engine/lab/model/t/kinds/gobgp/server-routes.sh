# rs1: rs1, AS64500, in lab kinds.
# Written by ixlab at every start; a change made here is lost.
# It runs when the daemon begins and after each reload,
# and leaves the prefixes below announced, and no others.

reset() { # FAMILY PREFIX...
	family=$1
	shift
	for prefix; do
		add "$prefix" || exit 1
	done
	gobgp global rib -a "$family" | while read -r mark prefix hop rest; do
		case $hop in 0.0.0.0 | ::) ;; *) continue ;; esac
		case " $* " in *" $prefix "*) continue ;; esac
		gobgp global rib -a "$family" del "$prefix"
	done
}
add() { # PREFIX: it answers a little before it takes routes
	tries=100
	until error=$(gobgp global rib -a "$family" add "$1" 2>&1); do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || { echo "$error"; return 1; }
		sleep 0.05
	done
}

reset ipv4
reset ipv6
