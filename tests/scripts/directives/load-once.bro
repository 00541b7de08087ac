@load ./parts/counts
@load ./parts/counts
@load parts/counts
@load ./parts/../parts/counts.bro

event bro_init() { print "end"; }
