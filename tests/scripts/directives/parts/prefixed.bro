event bro_init() { print "prefixed"; }
