@unload ./parts/counts
@load ./parts/counts

event bro_init() { print "not counted"; }
