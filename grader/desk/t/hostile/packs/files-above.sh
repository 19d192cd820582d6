sed -i 's|^files: .*|files: [m1/../../bird.conf]|' exercise.yml
