# A program among the files.
/^journal/i\
file m1/run.sh 13 07d8ea301206057fe7ff0bbea01c294026b779d913365cc886bf286170266b62\
|#!/bin/sh\
|id\

