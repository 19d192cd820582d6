sed -i 's|^lab: .*|lab: /etc/passwd|' exercise.yml
