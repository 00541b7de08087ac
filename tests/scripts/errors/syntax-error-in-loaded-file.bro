@load ./parts/broken

event bro_init() { print 1; }
