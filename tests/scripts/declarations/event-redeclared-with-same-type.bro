global e: event(n: count);
global e: event(n: count);

event e(n: count) { print n; }

event bro_init() { event e(1); }
