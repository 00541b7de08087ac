@load ./parts/old

event bro_init() { print "end"; }
