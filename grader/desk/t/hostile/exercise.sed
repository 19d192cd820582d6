# An exercise that is somewhere else.
s|^exercise: .*|exercise: ../../../tmp/x|
