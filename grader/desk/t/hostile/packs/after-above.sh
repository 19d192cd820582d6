sed -i 's|^trainee:|after: [../../etc]\n&|' exercise.yml
