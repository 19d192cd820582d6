ln -s /etc notes
