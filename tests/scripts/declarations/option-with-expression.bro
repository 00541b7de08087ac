option limit = 5 * 3 + 1;
option wait = 2 mins;

event bro_init() { print limit, wait; }
