event bro_init() { print 70000/tcp; }
