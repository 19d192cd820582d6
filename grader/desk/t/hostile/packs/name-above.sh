sed -i 's|^exercise: .*|exercise: ../x|' exercise.yml
