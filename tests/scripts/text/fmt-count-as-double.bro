event bro_init() { print fmt("%f", 3); }
