sed -i 's|^lab: .*|lab: ./lab.yml|' exercise.yml
{ cat "$labs/bilateral.yml"; printf 'generate:\n  members: {count: 100000000}\n'; } >lab.yml
