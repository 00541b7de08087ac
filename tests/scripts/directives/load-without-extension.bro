@load parts/said

event bro_init() { print Said::what; }
