module Mine;

@load ./parts/said

export { global x = 1; }

event bro_init() { print Mine::x, Said::what; }
