event bro_init() { print "the prefix's addition"; }
