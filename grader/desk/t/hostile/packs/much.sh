truncate -s 65M notes
