# An exercise that is somewhere else.
s|^exercise: .*|exercise: ../../../var/tmp/owned|
