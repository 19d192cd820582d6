#!/bin/bash
# Does "make layers" say no? The real Makefile and layers.sh, over a toy tree in
# which one rule at a time is broken.
set -u
unset SAN COV V CC # the toy is built plainly, whatever variant is under test
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/engine/t/tap.sh"
toy=$tmp/toy

module() { # DIR NAME USES-HEADER: a module with one function and one test
	mkdir -p "$toy/$1/t"
	printf 'int %s_one(void);\n' "$2" >"$toy/$1/$2.h"
	printf '#include "%s"\n#include "%s"\nint\n%s_one(void)\n{\n\treturn 1;\n}\n' \
	    "${1#engine/}/$2.h" "${3:-${1#engine/}/$2.h}" "$2" >"$toy/$1/$2.c"
}

fresh() { # the tree that passes, and what was made of it
	rm -rf "$toy"
	cp -a "$tmp/good" "$toy"
}

layers() {
	(cd "$toy" && unset MAKEFLAGS MAKELEVEL MFLAGS && make layers 2>&1)
}

refused() { # WORDS DESCRIPTION
	run layers
	like "$2" "exit $status $(printf %s "$out" | tr "\n" " ")" "^exit [1-9].*$1"
}

mkdir "$toy"
cp "$top/Makefile" "$toy/"
mkdir -p "$toy/engine"
cp "$top/engine/layers.sh" "$toy/engine/"
module engine/base base
module engine/ctl ctl base/base.h
module engine/lab/model model base/base.h
module engine/lab/net net base/base.h
module engine/rs/bgp bgp base/base.h
module engine/rs/rib rib rs/bgp/bgp.h
module engine/rs/policy policy rs/bgp/bgp.h
ok "a tree that keeps the rules passes" layers
cp -a "$toy" "$tmp/good"

fresh
echo '#include "rs/rib/rib.h"' >>"$toy/engine/rs/bgp/bgp.c"
refused "engine/rs/bgp may not include engine/rs/rib/rib.h" "an upward include is caught"

fresh
echo '#include "rs/policy/policy.h"' >>"$toy/engine/rs/rib/rib.c"
refused "engine/rs/rib may not include engine/rs/policy/policy.h" "a sideways include is caught"

fresh
echo 'int bgp_toy(void);' >"$toy/engine/rs/bgp/t/bgp_toy.h"
echo '#include "rs/bgp/t/bgp_toy.h"' >>"$toy/engine/rs/rib/rib.c"
refused "engine/rs/rib may not include engine/rs/bgp/t/bgp_toy.h" "only tests borrow from tests"

fresh
echo '#include "rs/bgp/bgp.h"' >>"$toy/engine/lab/model/model.c"
refused "engine/lab/model may not include engine/rs/bgp/bgp.h" "the two halves may not meet"

fresh
echo '#include "rs/rib/rib.h"' >>"$toy/engine/rs/bgp/bgp.h"
refused "engine/rs/policy may not include engine/rs/rib/rib.h" "an include by way of another header is caught"

fresh
echo 'int bgp_secret;' >"$toy/engine/rs/bgp/bgp_priv.h"
echo '#include "rs/bgp/bgp_priv.h"' >>"$toy/engine/rs/rib/rib.c"
refused "engine/rs/rib may not include the private engine/rs/bgp/bgp_priv.h" "a foreign private header is caught"

fresh
echo '#include <netlink/netlink.h>' >>"$toy/engine/lab/model/model.c"
refused "netlink/netlink.h" "libnl outside lab/net does not compile"

fresh
echo '#include </usr/include/libnl3/netlink/version.h>' >>"$toy/engine/lab/model/model.c"
refused "engine/lab/model may not use libnl" "libnl by its full path is caught"

fresh
echo '#include <cmark.h>' >>"$toy/engine/lab/net/net.c"
refused "engine/lab/net may not use libcmark" "libcmark outside tui_markdown.c is caught"

fresh
echo '# include <yaml.h>' >>"$toy/engine/base/base.h"
refused "engine/base may not use libyaml" "libyaml outside base/yaml.c is caught"

fresh
echo '#include <curses.h>' >>"$toy/engine/ctl/ctl.c"
refused "engine/ctl may not use curses" "curses outside tui_term.c is caught"

fresh
echo '#include <libtsm.h>' >>"$toy/engine/ctl/ctl.c"
refused "engine/ctl may not use libtsm" "libtsm outside tui_vt.c is caught"

fresh
echo '#include <uv.h>' >>"$toy/engine/rs/bgp/bgp.h"
refused "engine/rs/bgp may not use libuv" "libuv below ctl is caught"

fresh
printf 'int uv_run(void);\nint rib_two(void);\nint\nrib_two(void)\n{\n\treturn uv_run();\n}\n' >>"$toy/engine/rs/rib/rib.c"
refused "is pure and may not call: uv_run" "a loop in a pure module is caught"

fresh
echo '#include <jansson.h>' >>"$toy/engine/rs/bgp/bgp.h"
echo '#include <uv.h>' >>"$toy/engine/ctl/ctl.c"
ok "jansson belongs everywhere, libuv in ctl" layers

fresh
printf '#include <unistd.h>\nint ctl_two(void);\nint\nctl_two(void)\n{\n\treturn (int)fork();\n}\n' >>"$toy/engine/ctl/ctl.c"
refused "may not make processes: fork" "a process made outside lab/node is caught"

fresh
printf '#include <stdlib.h>\nvoid ctl_two(void);\nvoid\nctl_two(void)\n{\n\texit(1);\n}\n' >>"$toy/engine/ctl/ctl.c"
refused "may not exit: exit" "an exit outside a program is caught"

fresh
printf '#include <time.h>\nlong bgp_two(void);\nlong\nbgp_two(void)\n{\n\treturn (long)time(0);\n}\n' >>"$toy/engine/rs/bgp/bgp.c"
refused "is pure and may not call: time" "a clock in a pure module is caught"

fresh
printf 'int rib_one(void);\nint bgp_two(void);\nint\nbgp_two(void)\n{\n\treturn rib_one();\n}\n' >>"$toy/engine/rs/bgp/bgp.c"
printf 'int bgp_two(void);\nint\nmain(void)\n{\n\treturn bgp_two();\n}\n' >"$toy/engine/rs/bgp/t/two.c"
smuggled() {
	(cd "$toy" && unset MAKEFLAGS MAKELEVEL MFLAGS && make build/opt/engine/rs/bgp/t/two.t 2>&1)
}
run smuggled
like "a call smuggled past the includes does not link in the module's test" \
    "$out" "undefined reference to .rib_one"

done_testing
