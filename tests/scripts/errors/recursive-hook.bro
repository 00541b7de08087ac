hook h(n: count) { hook h(n + 1); }

event bro_init() { hook h(0); print "not reached"; }
event bro_init() { print "goes on"; }
