event bro_init() { print T > F; }
