# Nearly as many routes as a file has room for.
BEGIN {
	print "protocol static owned { ipv4;"
	for (i = 0; i < 1700; i++)
		printf "route 10.%d.%d.0/24 blackhole;\n", i / 256, i % 256
	print "}"
}
