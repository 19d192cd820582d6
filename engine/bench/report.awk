# report.awk: the results of bench-rs.sh as tables, and the aims.
#
# Reads lines of KEY=VALUE words, one for each phase of each life of a server.

function median(list, v, n, i, j, t) {
	n = split(list, v, " ")
	for (i = 2; i <= n; i++) {
		t = v[i] + 0
		for (j = i - 1; j >= 1 && v[j] + 0 > t; j--) v[j + 1] = v[j]
		v[j + 1] = t
	}
	if (n == 0) return ""
	return n % 2 ? v[(n + 1) / 2] + 0 : (v[n / 2] + v[n / 2 + 1]) / 2
}

# "1.23", three digits that say something
function short(x) {
	if (x == "") return "-"
	if (x >= 99.95) return sprintf("%.0f", x)
	if (x >= 9.995) return sprintf("%.1f", x)
	if (x >= 0.9995) return sprintf("%.2f", x)
	if (x >= 0.00995) return sprintf("%.3f", x)
	return sprintf("%.4f", x)
}

function workload(run, phase) {
	if (phase == "up") return run ~ /^up/ ? run : ""
	if (phase == "full") return run ~ /^[ds][0-9]/ ? run : ""
	return phase
}

{
	delete f
	for (i = 1; i <= NF; i++) {
		at = index($i, "=")
		f[substr($i, 1, at - 1)] = substr($i, at + 1)
	}
	s = f["server"]
	run = f["run"]
	if (f["phase"] == "all" || f["phase"] == "start") {
		why[run, s] = (f["state"] == "failed" ? "did not start: " : "") f["first"]
		gsub(/_/, " ", why[run, s])
		servers[s] = 1
		next
	}
	w = workload(run, f["phase"])
	if (w == "") next
	run_of[w] = run
	servers[s] = 1
	k = w SUBSEP s
	if (f["state"] == "skipped") { failed[k] = "not reached"; next }
	if (f["state"] == "stuck" || f["state"] == "late") {
		failed[k] = f["state"] == "stuck" ? "never" : "> " limit " s"
		wrong[k] = f["wrong"]
	} else {
		if (f["state"] == "unstable") unstable[k]++
		if (f["state"] == "partial") missing[k] = f["missing"] " of " f["wanted"]
		wall[k] = wall[k] " " f["wall"]
		cpu[k] = cpu[k] " " f["cpu"]
		load[k] = load[k] " " f["load"]
		p50[k] = p50[k] " " f["p50"]
		p99[k] = p99[k] " " f["p99"]
		max[k] = max[k] " " f["max"]
	}
	peak[k] = peak[k] " " f["peak"] / 1024
	settled[k] = settled[k] " " f["settled"] / 1024
	if (f["wanted"] > 0) ratio[k] = ratio[k] " " f["nlri"] / f["wanted"]
	denied[k] += f["denied"]
	own[k] += f["own"]
	bad[k] += f["bad"]
	drops[k] += f["drops"]
	if (f["first"] != "" && !(k in first)) first[k] = f["first"]
}

function remarks(k, r) {
	r = ""
	if (denied[k]) r = r ", " denied[k] " denied routes received"
	if (own[k]) r = r ", " own[k] " own routes returned"
	if (bad[k]) r = r ", " bad[k] " bad (" first[k] ")"
	if (drops[k]) r = r ", " drops[k] " sessions lost"
	if (k in missing) r = r ", never delivers " missing[k]
	if (unstable[k]) r = r ", not stable in " unstable[k] " runs"
	if (failed[k] != "" && wrong[k]) r = r ", " wrong[k] " members without their set"
	return substr(r, 3)
}

function title(w) {
	if (w ~ /^d/) return w ": each member announces routes of its own, until all hold all that is meant for them"
	if (w ~ /^s[0-9]/) return w ": all members announce the same routes"
	if (w == "late") return "late: one more member joins " events
	if (w == "leave") return "leave: half of the members of " events " go, until the others hold nothing of theirs"
	if (w == "return") return "return: they come back, until all hold all"
	if (w == "storm") return "storm: all sessions of " storm " are reset at once"
	if (w == "reload") return "reload: another community means do-not-announce, " storm
	if (w ~ /^up/) return w ": sessions up, no routes"
	if (w == "canary") return "canary: one prefix changes every 100 ms, the others " rate " routes a second, " canary
	if (w == "visitors") return "visitors: the same, while a dynamic neighbour comes and goes, from a new address each time"
	if (w == "dumps") return "dumps: the same, while four askers read the whole table and two members' lists again and again"
	if (w == "hostile") return "hostile: the same, with 1,000 half-open connections, a member that never reads, one that sends a byte a second, one with 500 sessions"
	return w
}

function is_canary(w) { return w ~ /^(canary|visitors|dumps|hostile)$/ }

function row(w, s, k, x) {
	k = w SUBSEP s
	if (failed[k] == "" && !(k in peak)) {
		if ((run_of[w], s) in why) printf "  %-9s %s\n", s, why[run_of[w], s]
		return
	}
	if (failed[k] != "") {
		print sprintf("  %-9s %9s   ", s, failed[k]) remarks(k)
		return
	}
	x = median(wall[w, "ceiling"])
	if (is_canary(w))
		printf "  %-9s %9.2f %9.2f %9.2f %8s %8.1f %8.1f", s, 1000 * median(p50[k]), 1000 * median(p99[k]), 1000 * median(max[k]), short(median(cpu[k])), median(peak[k]), median(settled[k])
	else
		printf "  %-9s %9s %8s %8s %8.1f %8.1f %8s %9s", s, short(median(wall[k])), short(median(cpu[k])), short(median(load[k])), median(peak[k]), median(settled[k]), (k in ratio ? sprintf("%.2f", median(ratio[k])) : "-"), (x > 0 ? sprintf("%.1f", median(wall[k]) / x) : "-")
	print "   " remarks(k)
}

function table(w, i) {
	print title(w)
	if (is_canary(w))
		printf "  %-9s %9s %9s %9s %8s %8s %8s\n", "server", "p50/ms", "p99/ms", "max/ms", "cpu/s", "peak/MiB", "settled"
	else
		printf "  %-9s %9s %8s %8s %8s %8s %8s %9s\n", "server", "time/s", "cpu/s", "load/s", "peak/MiB", "settled", "routes", "x ceiling"
	for (i = 1; i <= n_order; i++)
		if (order[i] in servers) row(w, order[i])
	print ""
}

function fastest(w, what, i, s, k, best, x) {
	best = ""
	for (i = 3; i <= n_order; i++) {
		k = w SUBSEP order[i]
		if (failed[k] != "" || !(k in wall)) continue
		x = median(what == "cpu" ? cpu[k] : wall[k])
		if (best == "" || x < best) { best = x; who = order[i] }
	}
	return best
}

function verdict(name, ours, met, aim) {
	printf "  %-52s %-32s %s\n", name, ours, met ? "met" : "NOT MET (" aim ")"
}

# When none of the four finished, the limit is what they took at least.
function times(w, aim, us, them, more, i) {
	us = median(wall[w, "ixrs"])
	them = fastest(w)
	if (them == "")
		for (i = 3; i <= n_order; i++)
			if (failed[w, order[i]] ~ /^>/) {
				them = limit
				who = "none finished"
				more = "> "
			}
	if (us == "" || them == "") return
	verdict(w ": times as fast as the fastest (" who ")", sprintf("%s%.1f (%s s, %s%s s)", more, them / us, short(us), more, short(them)), them / us >= aim, "at least " aim)
}

function aims(i, w, us, c, b) {
	print "The aims, ixrs against the fastest of the four:"
	for (i = 1; i <= n_work; i++) {
		w = work[i]
		us = median(wall[w, "ixrs"])
		c = median(wall[w, "ceiling"])
		if (failed[w, "ixrs"] != "") verdict(w, failed[w, "ixrs"], 0, "to finish")
		if (us == "") continue
		if (w ~ /^[ds][0-9]/) {
			times(w, 20)
			if (c > 0) verdict(w ": times the ceiling", sprintf("%.1f (%s s, %s s)", us / c, short(us), short(c)), us / c <= 3, "at most 3")
		}
		if (w == "late" || w == "storm" || w == "return") times(w, 5)
		if (w == "leave") times(w, 1)
		if (w == "reload") times(w, 1)
		if (w ~ /^up/) verdict(w ": seconds", short(us), us <= 0.3, "at most 0.3")
		if (w ~ /^up/) times(w, 1)
		if (is_canary(w)) verdict(w ": p99, ms", sprintf("%.2f", 1000 * median(p99[w, "ixrs"])), median(p99[w, "ixrs"]) < 0.01, "less than 10")
		b = median(peak[w, "bird"])
		if (b != "" && !is_canary(w)) verdict(w ": peak memory, MiB", sprintf("%.1f (BIRD %.1f)", median(peak[w, "ixrs"]), b), median(peak[w, "ixrs"]) <= b, "not more than BIRD")
		if (denied[w, "ixrs"] + own[w, "ixrs"] + bad[w, "ixrs"] > 0) verdict(w ": right", remarks(w SUBSEP "ixrs"), 0, "nothing wrong")
	}
}

END {
	n_order = split("ceiling ixrs bird openbgpd frr gobgp", order, " ")
	split("", seen)
	# the d and s runs as asked for, then the rest
	m = split(only, names, " ")
	for (i = 1; i <= m; i++)
		if (!(names[i] in seen)) { work[++n_work] = names[i]; seen[names[i]] = 1 }
	if (!(("d" events) in seen) && (("d" events) in run_of)) work[++n_work] = "d" events
	print "\nmedians of " rounds "; what the columns mean: engine/bench/README.md\n"
	for (i = 1; i <= n_work; i++)
		if (work[i] in run_of) table(work[i])
	aims()
}
