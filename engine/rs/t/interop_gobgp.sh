#!/bin/sh
# GoBGP as a member, with each feature on and off: the rows are in interop.sh.
. "$(dirname "$0")/../lan.sh"
. "$top/engine/rs/interop.sh"
interop gobgp
done_testing
