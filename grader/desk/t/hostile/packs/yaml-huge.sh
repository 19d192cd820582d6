{ cat exercise.yml; awk 'BEGIN {for (i = 0; i < 30000; i++) printf "# %098d\n", i}'; } >x && mv x exercise.yml
