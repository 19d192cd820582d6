#!/bin/sh
# pictures.sh FOLDER: every golden screen as a PNG there, dark and light, to be looked
# at. Wants librsvg2-bin and fonts-dejavu-core; "make build/opt/tui/t/screens.t" first.
set -eu
top=$(cd "$(dirname "$0")/../../.." && pwd)
mkdir -p "$1"
PICTURES=$1 "$top/build/opt/tui/t/screens.t" >/dev/null
for svg in "$1"/*.svg; do
	rsvg-convert -o "${svg%.svg}.png" "$svg"
done
ls "$1"/*.png | wc -l
