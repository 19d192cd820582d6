#!/bin/sh
# OpenBGPD as a member, with each feature on and off: the rows are in interop.sh.
. "$(dirname "$0")/../lan.sh"
. "$top/engine/rs/interop.sh"
interop openbgpd
done_testing
