@load ./parts/package

event bro_init() { print "package", Package::inner; }
