{ printf 'x: '; printf '[%.0s' $(seq 10000); echo; cat exercise.yml; } >x && mv x exercise.yml
