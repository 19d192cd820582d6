mkdir notes && for i in $(seq 5000); do echo "notes/$i"; done | xargs touch
