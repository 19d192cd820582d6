echo 'log "/var/tmp/owned" all;' >>wrong/firewall/m1/bird.conf
