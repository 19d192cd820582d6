# A file of another node.
s|^file m1/bird.conf|file m1/../m2/bird.conf|
