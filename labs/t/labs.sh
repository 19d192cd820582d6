#!/bin/sh
# Every lab we ship passes the command a trainer would try first, and the JSON
# Schema that editors use agrees with what the engine reads.
cd "$(dirname "$0")/../.." || exit 1
ixlab=build/ixlab
n=0

point() { # STATUS DESCRIPTION
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}
skip() { # DESCRIPTION REASON
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

for lab in labs/*.yml; do
	name=$(basename "$lab" .yml)
	point "$(grep -qx "lab: $name" "$lab"; echo $?)" \
	    "$name: the file is called like the lab"
	if [ ! -x "$ixlab" ]; then
		skip "$name: validate" "$ixlab is not built"
		skip "$name: dry run" "$ixlab is not built"
		continue
	fi
	said=$("$ixlab" validate "$lab" 2>&1)
	status=$?
	point $status "$name: validate"
	[ $status -eq 0 ] || echo "# $said"
	said=$("$ixlab" up "$name" --dry-run 2>&1)
	status=$?
	point $status "$name: dry run"
	[ $status -eq 0 ] || echo "# $said"
done

# ajv, npm's reader of JSON Schema, where somebody has it together with a
# converter from YAML; no part of the product.
if command -v ajv >/dev/null; then
	for lab in labs/*.yml; do
		ajv validate -s labs/lab.schema.json -d "$lab" >/dev/null 2>&1
		point $? "$lab: the JSON Schema accepts it"
	done
else
	skip "the JSON Schema accepts the labs" "npm's ajv is not installed"
fi
echo "1..$n"
