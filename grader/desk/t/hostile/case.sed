# The same name, for some file systems.
s|^file m1/bird.conf|file M1/bird.conf|
