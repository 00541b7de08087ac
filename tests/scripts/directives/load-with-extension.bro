@load parts/said.bro

event bro_init() { print Said::what; }
