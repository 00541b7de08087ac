event zeek_init() { print "a .zeek script"; }
