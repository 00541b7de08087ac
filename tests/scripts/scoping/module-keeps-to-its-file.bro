module Mine;

@load ../directives/parts/said

global x = 5;

event bro_init() { print Mine::x, Said::what; }
