# The file, once more.
/^file/,/^$/H
/^journal/{
	x
	s/^\n//
	G
}
