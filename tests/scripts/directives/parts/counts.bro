event bro_init() { print "counted"; }
