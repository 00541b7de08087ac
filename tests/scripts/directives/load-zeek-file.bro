@load ./parts/later

event bro_init() { print "loaded", Later::what; }
