@load ./load-cycle-of-itself

event bro_init() { print "once"; }
