s|^file m1/bird.conf|file /etc/bird/bird.conf|
