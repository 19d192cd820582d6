sed -i 's|^lab: .*|lab: ./../lab.yml|' exercise.yml
