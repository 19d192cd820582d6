# ixlab.  "make help" lists the targets.
MAKEFLAGS += -rR --no-print-directory
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# ---- the architecture: what each module may include and link ("make layers").
# Arrows go down. The lab half and the route-server half never meet.
base.uses   :=
ctl.uses    := base
# the lab half
model.uses  := base
plan.uses   := base model
net.uses    := base
node.uses   := base
wire.uses   := base
save.uses   := base model
super.uses  := base ctl model plan net node wire save
graph.uses  := base model
field.uses  := base model plan
# the route-server half
bgp.uses    := base
irr.uses    := base
rpki.uses   := base
rib.uses    := base bgp
mrt.uses    := base bgp
policy.uses := base bgp irr rpki
export.uses := base bgp irr rpki policy rib
server.uses := base ctl bgp irr rpki policy rib export
# clients of the control socket
grader.uses := base ctl model
desk.uses   := base ctl model grader
tui.uses    := base ctl model graph grader desk
# programs
ixlab.uses   := base ctl model plan graph field net node wire save super grader desk tui
ixrs.uses    := base ctl bgp irr rpki policy rib export server
ixrsctl.uses := base ctl
ixpeer.uses  := base ctl bgp mrt
ixwire.uses  := base wire
# measures route servers, and shares no code with one; not among PROGS
rsload.uses  := base

LIBS  := base ctl model plan graph field net node wire save super bgp mrt irr rpki rib policy export server grader desk tui
PROGS := ixlab ixrs ixrsctl ixpeer ixwire
PURE  := model plan graph field wire save bgp mrt irr rpki rib policy export

# ---- where a module lives, when it is not engine/MODULE
model.dir := engine/lab/model
plan.dir  := engine/lab/plan
graph.dir := engine/lab/graph
field.dir := engine/lab/field
net.dir   := engine/lab/net
node.dir  := engine/lab/node
wire.dir  := engine/lab/wire
save.dir  := engine/lab/save
super.dir := engine/lab/super
bgp.dir    := engine/rs/bgp
mrt.dir    := engine/rs/mrt
irr.dir    := engine/rs/irr
rpki.dir   := engine/rs/rpki
rib.dir    := engine/rs/rib
policy.dir := engine/rs/policy
export.dir := engine/rs/export
server.dir := engine/rs/server
grader.dir := grader
desk.dir   := grader/desk
tui.dir    := tui
ixlab.dir   := engine/cmd/ixlab
ixrs.dir    := engine/cmd/ixrs
ixrsctl.dir := engine/cmd/ixrsctl
ixpeer.dir  := engine/cmd/ixpeer
ixwire.dir  := engine/cmd/ixwire
rsload.dir  := engine/bench

# ---- libraries, by pkg-config name; their headers are visible to the module
# and to those above it, except for the private ones (.priv); of those that a
# program loads itself, if it needs them, the headers alone (.load)
base.pkgs   := jansson yaml-0.1
ctl.pkgs    := libuv
net.priv    := libnl-route-3.0 libmd
node.priv   := libseccomp
save.priv   := libmd
save.load   := libarchive
ixrs.priv   := libseccomp libcap
ixpeer.priv := zlib
server.load := rtrlib
desk.priv   := libsodium
tui.priv    := ncursesw libtsm libcmark
# whose memory comes from another malloc; a sanitizer brings its own
ixrs.malloc := mimalloc
# what is optimised as a whole: its time is spent in small functions of many files
WHOLE := ixrs

# ---- knobs: SAN=address,undefined  COV=1  V=1  CC=clang
CC    = cc
comma := ,
empty :=
# what differs in its objects gets a folder of its own
KIND    := $(notdir $(filter-out cc gcc,$(CC))) $(subst $(comma),-,$(SAN)) $(if $(COV),cov)
VARIANT := $(or $(subst $(empty) ,-,$(strip $(KIND))),opt)
O     := build/$(VARIANT)
# the normal build's programs land in build/, a variant's in build/VARIANT/bin
BIN   := $(if $(filter opt,$(VARIANT)),build,$(O)/bin)
Q     := $(if $(V),,@)
say    = $(if $(V),,@printf '  %-4s %s\n' $(1) $(2))

CPPFLAGS = -iquote engine -iquote . -D_GNU_SOURCE -DIXLAB_TREE='"$(CURDIR)"'
WARN     = -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wshadow \
	   -Wpointer-arith -Wcast-qual -Wvla -Werror
OPT      = -O2
CFLAGS   = -std=c11 $(OPT) -g $(WARN)
CFLAGS  += $(if $(SAN),-O1 -fno-omit-frame-pointer -fsanitize=$(SAN) -fno-sanitize-recover=all)
CFLAGS  += $(if $(COV),-O0 --coverage)
# what is optimised as a whole; its objects hold both forms, so that tests link quickly
FATOPT   = $(if $(filter opt,$(VARIANT)),-O3 -Wno-maybe-uninitialized -flto -ffat-lto-objects,$(OPT))
LTO      = -fno-lto
WHOLELTO = $(if $(filter opt,$(VARIANT)),-O3 -flto=auto -w,$(LTO))
FUZZFLAGS = -fsanitize=fuzzer$(1),address,undefined

# ---- from a module's name to its folder, sources, objects, libraries
where   = $(or $($(1).dir),engine/$(1))
objs    = $(patsubst %.c,$(O)/%.o,$(sort $(wildcard $(call where,$(1))/*.c)))
libs    = $(foreach u,$(1),$(O)/lib$(u).a)
uniq    = $(if $(1),$(call uniq,$(filter-out $(lastword $(1)),$(1))) $(lastword $(1)))
closure = $(call uniq,$(foreach u,$($(1).uses),$(call closure,$(u))) $($(1).uses))
reverse = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
cpkgs   = $(foreach u,$(call closure,$(1)) $(1),$($(u).pkgs)) $($(1).priv) $($(1).load)
lpkgs   = $(foreach u,$(1) $(call closure,$(1)),$($(u).pkgs) $($(u).priv))
cflags  = $(if $(strip $(cpkgs)),$(shell pkg-config --cflags $(call uniq,$(call cpkgs,$(1)))))
ldlibs  = $(if $(strip $(lpkgs)),$(shell pkg-config --libs $(call uniq,$(call lpkgs,$(1)))))

# ---- a test, a tool of the tests or a fuzzer links its module and what that module
# may use, no more
define MODULE
$(1).tests := $(patsubst %.c,$(O)/%.t,$(wildcard $(call where,$(1))/t/*.c))
$(1).tools := $(patsubst %.c,$(O)/%.t,$(wildcard $(call where,$(1))/t/tools/*.c))
$(1).fuzz  := $(patsubst %.c,$(O)/%,$(wildcard $(call where,$(1))/fuzz/*.c))
OBJS  += $(objs) $$($(1).tests:.t=.o) $$($(1).tools:.t=.o)
UNIT  += $$($(1).tests)
FUZZ  += $$($(1).fuzz)
$(O)/$(call where,$(1))/%: MODFLAGS := $(cflags)
$$($(1).tests) $$($(1).tools): $(O)/%.t: $(O)/%.o $(call libs,$(1) $(call reverse,$(call closure,$(1))))
$$($(1).tests) $$($(1).tools): LDLIBS := -lcmocka $(ldlibs) $(if $($(1).load),$(shell pkg-config --libs $($(1).load)))
$$($(1).fuzz): %: %.fo $(patsubst %.o,%.fo,$(foreach u,$(filter-out $(PROGS),$(1)) $(call closure,$(1)),$(call objs,$(u))))
$$($(1).fuzz): LDLIBS := $(ldlibs)
endef
define WHOLED
$(call objs,$(1)): OPT := $(FATOPT)
endef
define LIBRARY
$(O)/lib$(1).a: $(objs)
endef
define PROGRAM
$(BIN)/$(1): $(objs) $(call libs,$(call reverse,$(call closure,$(1))))
$(BIN)/$(1): LDLIBS := $(if $(SAN),,$(addprefix -l,$($(1).malloc))) $(ldlibs)
$(BIN)/$(1): private LTO := $(if $(filter $(1),$(WHOLE)),$(WHOLELTO),$(LTO))
BINS += $(BIN)/$(1)
endef

# the outer targets install first and build in a second make
OUTER := lab check check-vm check-pages bench bench-rs bench-weather bench-grader bench-tui monkey-tui deps deps-check help clean
ifneq ($(filter-out $(OUTER),$(or $(MAKECMDGOALS),all)),)
ifneq ($(shell pkg-config --exists $(foreach m,$(LIBS) $(PROGS),$($(m).pkgs) $($(m).priv) $($(m).load)) && echo yes),yes)
$(error libraries are missing; "make deps" installs them)
endif
$(foreach m,$(LIBS) $(PROGS) rsload,$(eval $(call MODULE,$(m))))
$(foreach m,$(LIBS) rsload,$(eval $(call LIBRARY,$(m))))
$(foreach m,$(PROGS) rsload,$(eval $(call PROGRAM,$(m))))
$(foreach m,$(WHOLE) $(call closure,$(WHOLE)),$(eval $(call WHOLED,$(m))))
endif

$(O)/%.o: %.c Makefile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(MODFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(O)/%.fo: %.c Makefile
	$(call say,CCF,$<)
	$(Q)mkdir -p $(@D) && clang $(CPPFLAGS) $(MODFLAGS) $(CFLAGS) $(call FUZZFLAGS,-no-link) -MMD -MP -MF $@.d -c -o $@ $<
$(O)/%.a:
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D) && rm -f $@ && ar rcsD $@ $^
$(O)/%.t:
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LTO) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(BINS):
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(LTO) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(FUZZ):
	$(call say,LDF,$@)
	$(Q)clang $(CFLAGS) $(FUZZFLAGS) -o $@ $^ $(LDLIBS)

# ---- the interface in other languages: a catalogue for each, checked as it is compiled
POT := $(O)/ixlab.pot
MO  := $(patsubst tui/po/%.po,$(BIN)/locale/%/LC_MESSAGES/ixlab.mo,$(wildcard tui/po/*.po))
$(MO): $(BIN)/locale/%/LC_MESSAGES/ixlab.mo: tui/po/%.po
	$(call say,MO,$<)
	$(Q)mkdir -p $(@D) && msgfmt --check -o $@ $<
$(POT): $(wildcard tui/*.[ch])
	$(Q)mkdir -p $(@D) && xgettext --language=C --from-code=UTF-8 -k_ -kN_ -cTranslators: --no-location --sort-by-file \
	  --package-name=ixlab -o $@ $(sort $^)
po: $(POT)                  ## bring the interface's new words into the catalogues, tui/po/*.po
	$(Q)for f in tui/po/*.po; do msgmerge -q --update --backup=none --no-fuzzy-matching $$f $<; done

.PHONY: all lab check check-exercises check-faults check-flips check-mutants check-vm check-pages check-run po layers fuzz fuzz-seeds format format-check \
	coverage bench bench-rs bench-weather bench-engine bench-grader bench-tui monkey-tui cast install clean help deps deps-check compile_commands.json
.SECONDARY:
all: $(filter-out %/rsload,$(BINS)) $(MO) ## build the programs into build/
-include $(OBJS:.o=.d) $(OBJS:.o=.fo.d) $(FUZZ:=.fo.d)

# a job for each processor, where nobody said how many
JOBS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

# ---- the two commands of README
FIRST := first-ebgp-session
lab: deps                   ## set up, build, open the first exercise (plays it without a terminal)
	$(Q)$(MAKE) $(JOBS) all
	$(Q)if [ -t 0 ] && [ -t 1 ]; then exec $(BIN)/ixlab open $(FIRST); else exec $(BIN)/ixlab play $(FIRST); fi
check: deps-check           ## set up, build, run every test (TAP, under prove)
	$(Q)$(MAKE) $(JOBS) all layers format-check fuzz-seeds
	$(Q)$(MAKE) $(JOBS) check-run

check-flips: all            ## what flips.sh does in "make check", with a new lab for each single grading (half an hour)
	$(Q)IXLAB_BIN=$(CURDIR)/$(BIN) IXLAB_FLIPS=fresh grader/t/flips.sh

check-faults: all $(O)/engine/lab/super/t/super_faults.t ## four faults at every step of a lab's life, as root and not (an hour)
	$(Q)IXLAB_BIN=$(CURDIR)/$(BIN) IXLAB_STEPS=0 IXLAB_RUNS=$(or $(IXLAB_RUNS),50) $(O)/engine/lab/super/t/super_faults.t

check-pages:                ## read the page of reports in Chromium: phone, dark, contrast, paper
	$(Q)sh engine/deps.sh $(DEPS) chromium fonts-dejavu-core jq libxml2-utils
	$(Q)$(MAKE) $(JOBS) all
	$(Q)IXLAB_BIN=$(CURDIR)/$(BIN) prove -v --exec '' grader/t/report_page.sh

check-exercises: all        ## each exercise with each of its mistakes; check takes a third of these (minutes)
	$(Q)IXLAB_BIN=$(CURDIR)/$(BIN) THIRD=all exercises/t/exercises.sh

check-mutants: all          ## spoil the exercises' solutions by rule: no such thing may score full marks (minutes)
	$(Q)$(BIN)/ixlab dev check --mutants

check-vm:                   ## boot a Debian (SUITE=bookworm) in qemu, run tests that want its kernel
	$(Q)sh engine/deps.sh qemu-system-x86 mmdebstrap e2fsprogs
	$(Q)sh vm/check/check.sh $(or $(SUITE),bookworm) $(DEPS_VM)

# ---- what Debian must have; a target installs what it needs, and only that
DEPS := gcc libc6-dev pkg-config bird2 iproute2 nftables libnl-3-dev libnl-route-3-dev \
	librtr-dev libmimalloc-dev libsodium-dev libuv1-dev libarchive-dev libmd-dev zlib1g-dev libcap-dev libseccomp-dev libyaml-dev libjansson-dev libcmark-dev libncurses-dev libtsm-dev gettext \
	nano iputils-ping traceroute tcpdump
DEPS_BENCH := $(DEPS) jq procps mininet bridge-utils
DEPS_BENCH_RS := $(DEPS) openbgpd frr gobgpd
DEPS_CHECK := $(DEPS) libcmocka-dev ncurses-term clang libclang-rt-dev clang-format procps perl graphviz \
	frr frr-pythontools openbgpd gobgpd exabgp stayrtr tmux jq libxml2-utils tidy python3-yaml python3-jsonschema
DEPS_VM := $(filter-out clang%,$(filter-out libclang%,$(DEPS_CHECK))) make git kmod \
	linux-image-amd64 initramfs-tools systemd-sysv libpam-systemd dbus dbus-user-session
deps:                       ## install the packages that "make lab" needs
	$(Q)sh engine/deps.sh $(DEPS)
deps-check:                 ## install the packages that "make check" needs
	$(Q)sh engine/deps.sh $(DEPS_CHECK)
	$(Q)sh engine/deps.sh --npm tap-parser@18.3.4

# ---- tests
TESTS = $(wildcard exercises/t/*.sh) $(UNIT) $(filter-out engine/t/tap.sh,$(wildcard $(addsuffix /t/*.sh,engine \
	$(foreach m,$(LIBS) $(PROGS),$(call where,$(m))) engine/rs labs)))
check-run: all $(UNIT)      ## run the tests alone, or those that ONLY names
	$(Q)IXLAB_BIN=$(CURDIR)/$(BIN) prove -j3 $(if $(V),-v,-Q) --timer --exec '' $(or $(ONLY),$(TESTS))
layers: $(OBJS)             ## who may use whom: includes, private headers, system calls
	$(Q)rc=0; $(foreach m,$(LIBS) $(PROGS) rsload,sh engine/layers.sh $(O) $(call where,$(m)) \
	  "$(foreach u,$(call closure,$(m)),$(call where,$(u)))" "$(if $(filter $(m),$(PURE)),pure)" || rc=1;) exit $$rc
fuzz-seeds: $(FUZZ)         ## run every fuzzer over its seeds once
	$(Q)$(foreach f,$(FUZZ),$(f) -runs=0 $(wildcard $(f:$(O)/%=%).seeds) >$(f).log 2>&1 \
	  || { tail -30 $(f).log; exit 1; };) echo "fuzz: $(words $(FUZZ)) fuzzers over their seeds"
fuzz: $(FUZZ)               ## run every fuzzer for T seconds (default 60)
	$(Q)$(foreach f,$(FUZZ),mkdir -p $(f).corpus && $(f) -max_total_time=$(or $(T),60) -print_final_stats=1 \
	  $(f).corpus $(wildcard $(f:$(O)/%=%).seeds) >$(f).log 2>&1 \
	  && echo "  ok   $(f)" || { tail -30 $(f).log; exit 1; };)
coverage:                   ## with COV=1, after check: line coverage per file
	$(Q)[ -z "$(COV)" ] && { echo 'make coverage: say COV=1, as in: make COV=1 check-run coverage' >&2; exit 2; } || \
	  cd $(O) && find . -name '*.gcda' ! -path '*/t/*' -exec gcov -n {} + | tr -d "'" | \
	  awk -F '[ :%]' '/^File .*\.c$$/ {f=$$2} /^Lines/ && f {printf "%6.2f%% of %5d  %s\n", $$3, $$NF, f | "sort"; \
	    hit += $$3 * $$NF / 100; all += $$NF; f=""} \
	    END {close("sort"); if (!all) {print "coverage: no test has run with COV=1" >"/dev/stderr"; exit 1} \
	    printf "%6.2f%% of %5d  all\n", 100 * hit / all, all}'
bench:                      ## measure: start, check latency, big-ix against Mininet
	$(Q)sh engine/deps.sh $(DEPS_BENCH)
	$(Q)$(MAKE) $(JOBS) all
	$(Q)BIN=$(BIN) bash engine/bench/bench.sh
bench-rs:                   ## measure ixrs beside BIRD, OpenBGPD, FRR, GoBGP (QUICK=1: minutes)
	$(Q)sh engine/deps.sh $(DEPS_BENCH_RS)
	$(Q)$(MAKE) $(JOBS) all $(BIN)/rsload
	$(Q)BIN=$(BIN) bash engine/bench/bench-rs.sh
bench-weather:              ## measure links with weather: exact to what, and for how much
	$(Q)sh engine/deps.sh $(DEPS) jq perl
	$(Q)$(MAKE) $(JOBS) all
	$(Q)BIN=$(BIN) bash engine/bench/bench-weather.sh
bench-grader:               ## measure the grader: from a change to its verdict, what watching costs, batches
	$(Q)sh engine/deps.sh $(DEPS) jq procps
	$(Q)$(MAKE) $(JOBS) all
	$(Q)BIN=$(BIN) bash engine/bench/bench-grader.sh
	$(Q)BIN=$(BIN) bash engine/bench/bench-batch.sh
bench-tui:                  ## measure the interface: start, keys, a stream of lines, idle, bytes
	$(Q)sh engine/deps.sh $(DEPS) libcmocka-dev
	$(Q)$(MAKE) $(JOBS) all $(O)/tui/t/tools/bench.t
	$(Q)IXLAB_BIN=$(CURDIR)/$(BIN) $(O)/tui/t/tools/bench.t
cast: all $(O)/tui/t/pty.t    ## record the first exercise for asciinema: tui/first.cast
	$(Q)CAST=$(CURDIR)/tui/first.cast ONLY=exercise_to_the_end IXLAB_BIN=$(CURDIR)/$(BIN) $(O)/tui/t/pty.t
monkey-tui:                 ## random keys and sizes for ten minutes, under sanitizers (SECONDS_LONG=, SEED=)
	$(Q)sh engine/deps.sh $(DEPS) libcmocka-dev
	$(Q)$(MAKE) $(JOBS) SAN=address,undefined all build/address-undefined/tui/t/tools/monkey.t
	$(Q)IXLAB_BIN=$(CURDIR)/build/address-undefined/bin build/address-undefined/tui/t/tools/monkey.t
bench-engine:               ## measure a star of N beside raw netlink, ip, Mininet; whole labs; resets
	$(Q)sh engine/deps.sh $(DEPS_BENCH)
	$(Q)$(MAKE) $(JOBS) all
	$(Q)BIN=$(BIN) bash engine/bench/bench-engine.sh
	$(Q)BIN=$(BIN) bash engine/bench/bench-lab.sh

# ---- care
C_FILES = $(shell git ls-files -co --exclude-standard '*.c' '*.h')
format:                     ## rewrite every C file in the house style
	$(Q)clang-format -i $(C_FILES)
format-check:               ## is every C file in the house style?
	$(Q)case "$$(clang-format --version)" in *' 14.'*) clang-format --dry-run -Werror $(C_FILES) ;; \
	  *) echo "format-check: skipped, the style is defined by clang-format 14" ;; esac
compile_commands.json:      ## how each file is compiled, for clangd and other tools
	$(Q)$(MAKE) -nB V=1 $(BINS) $(UNIT) | sh engine/compdb.sh >$@
install: all                ## install into DESTDIR (default /), prefix PREFIX (/usr/local)
	$(Q)sh engine/install.sh "$(DESTDIR)$(or $(PREFIX),/usr/local)" $(BIN) "$(or $(PREFIX),/usr/local)"
clean:                      ## remove build/
	$(Q)rm -rf build
help:                       ## this text
	@sed -n 's/^\([a-z_.-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t24
	@echo '  knobs: V=1  CC=clang  SAN=address,undefined  COV=1  T=60  ONLY="tests"  DESTDIR=  PREFIX='
