echo 'include "/etc/passwd";' >>start/m1/bird.conf
