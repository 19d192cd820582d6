sed -i 's|kind: daemon|kind: command|' exercise.yml
