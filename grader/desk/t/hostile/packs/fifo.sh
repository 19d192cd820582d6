mkfifo symptoms.yml
