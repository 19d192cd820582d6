sed -i 's|^lab: .*|lab: ./lab.yml|' exercise.yml
sed '/^    host: yes$/d; s|^    peers: .*|&\n    kind: ixpeer\n    announce: [{mrt: /etc/passwd}]|; s/^    prefixes: .100.64.4.*//' "$labs/bilateral.yml" >lab.yml
