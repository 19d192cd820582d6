#!/bin/bash
# The page of reports in a browser (Chromium, headless; "make check-pages" installs
# it): a frame as wide as a phone, in light and in dark, and paper. Hostile words are
# in every text of it. The page itself runs no script; another page looks at it.
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
browser=$(command -v chromium || command -v chromium-browser) ||
	skip_all "chromium is not installed: make check-pages"
command -v jq >/dev/null || skip_all "jq is not installed"
command -v xmllint >/dev/null || skip_all "xmllint is not installed"
reports=$top/grader/t/report

bad=$'Long-Word-Without-A-Break-0123456789-0123456789-0123456789 ]]></style><script>document.title="run"</script>"><img src=x onerror=alert(1)> &lt; \e[2J\u202e'
jq --arg bad "$bad" 'walk(if type == "object" then with_entries(
	if (.value | type) == "string" and (.key | . == "result" or . == "visibility" | not)
	then .value = $bad else . end) else . end)' "$reports/mixed.json" >"$tmp/bad.json"
for i in 1 2 3; do
	jq ".who = \"person $i\" | .exercise = \"exercise-$i\"" "$reports/mixed.json" >"$tmp/$i.json"
done
ixlab report --format html "$tmp/bad.json" >"$tmp/bad.html"
ixlab report --format html "$reports/mixed.json" >"$tmp/one.html"
ixlab report --format html "$tmp/bad.json" "$tmp/1.json" "$tmp/2.json" "$tmp/3.json" >"$tmp/class.html"

# A page that shows another in a frame and tells what it finds, as attributes.
looker() { # PAGE
	cat <<'END'
<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><p id="found"></p>
<iframe id="f" style="width: 360px; height: 700px; border: 0" srcdoc="
END
	sed 's/&/\&amp;/g; s/"/\&quot;/g' "$1"
	cat <<'END'
"></iframe><script>
function rgb(s) { return s.match(/[\d.]+/g).map(Number); }
function light(c) {
	var v = c.slice(0, 3).map(function (x) { x /= 255; return x <= .03928 ? x / 12.92 : Math.pow((x + .055) / 1.055, 2.4); });
	return .2126 * v[0] + .7152 * v[1] + .0722 * v[2];
}
function ground(e, w) {
	for (; e; e = e.parentElement) {
		var c = rgb(w.getComputedStyle(e).backgroundColor);
		if (c.length < 4 || c[3] > 0) return c;
	}
	return [255, 255, 255];
}
document.getElementById('f').onload = function () {
	var d = this.contentDocument, w = this.contentWindow, least = 99, found = document.getElementById('found'), level = 1, skips = 0;
	d.querySelectorAll('body *').forEach(function (e) {
		var own = Array.from(e.childNodes).some(function (n) { return n.nodeType == 3 && n.data.trim(); });
		if (!own) return;
		var a = light(rgb(w.getComputedStyle(e).color)), b = light(ground(e, w));
		least = Math.min(least, (Math.max(a, b) + .05) / (Math.min(a, b) + .05));
	});
	d.querySelectorAll('h1, h2, h3').forEach(function (h) { var n = +h.tagName[1]; if (n > level + 1) skips++; level = n; });
	found.dataset.width = d.documentElement.scrollWidth;
	found.dataset.contrast = least >= 4.5 ? 'enough' : least;
	found.dataset.foreign = d.querySelectorAll('script, img, iframe, link, object, [onerror], [src]').length;
	found.dataset.skips = skips;
	found.dataset.title = d.title.slice(0, 9);
	found.dataset.ground = ground(d.body, w).slice(0, 3).map(function (x) { return x > 127 ? 'light' : 'dark'; })[0];
	found.dataset.done = 'yes';
};
</script></body></html>
END
}
# As an ordinary user Chromium wants namespaces of its own, as root it refuses them.
[ "$(id -u)" = 0 ] && sandbox=--no-sandbox || sandbox=--disable-gpu
chromium_run() {
	timeout 60 "$browser" --headless --disable-gpu $sandbox --user-data-dir="$tmp/chromium" --hide-scrollbars "$@" 2>"$tmp/chromium.log"
}
look() { # PAGE [OPTION...]: $found
	local page=$1
	shift
	looker "$tmp/$page.html" >"$tmp/looker.html"
	found=$(chromium_run --virtual-time-budget=5000 --window-size=800,900 "$@" --dump-dom "file://$tmp/looker.html" | grep -o '<p id="found"[^>]*>')
}
has() { printf %s "$found" | sed -n "s/.* data-$1=\"\([^\"]*\)\".*/\1/p"; }

for page in one bad class; do
	look $page
	[ "$(has done)" = yes ] || diag "$(tail -3 "$tmp/chromium.log")"
	is "$page: it is read" "$(has done)" yes
	is "$page: no wider than a phone" "$(has width)" 360
	is "$page: every word has contrast 4.5" "$(has contrast)" enough
	is "$page: nothing foreign, no heading is skipped" "$(has foreign) $(has skips)" "0 0"
	is "$page: light" "$(has ground)" light
	look $page --blink-settings=preferredColorScheme=0
	is "$page: dark, with the same contrast" "$(has ground) $(has contrast)" "dark enough"
done
look bad
unlike "a script in a word does not run" "$(has title)" '^run'
chromium_run --no-pdf-header-footer --print-to-pdf="$tmp/class.pdf" "file://$tmp/class.html"
pages=$(grep -ac '/Type */Page$\|/Type */Page[^s]' "$tmp/class.pdf")
ok "paper: the table, and each report on a page of its own" test "$pages" -ge 5
done_testing
