event bro_init() { print 1.2.3.400; }
