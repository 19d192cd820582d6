echo 'run: [sh, -c, id]' >>exercise.yml
