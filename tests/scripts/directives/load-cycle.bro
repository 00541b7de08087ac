@load ./parts/cycle-a

event bro_init() { print cycle_a, cycle_b; }
