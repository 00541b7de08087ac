@load-sigs ./parts/rules.sig

event bro_init() { print "loaded"; }
