sed -i 's|^lab: .*|lab: ./lab.yml|' exercise.yml
sed 's|^    prefixes: .100.64.4.*|    kind: plain\n    command: [sh, -c, "cp /etc/shadow /tmp"]|; /^    peers:/d; /^    host: yes$/d' "$labs/bilateral.yml" >lab.yml
