@load ./parts/later.bro

event bro_init() { print Later::what; }
