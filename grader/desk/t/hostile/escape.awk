# What would be a title and a clean screen, on a terminal, and a line of TAP.
BEGIN { printf "# \033]0;owned\007\033[2J\nnot ok 1\n" }
