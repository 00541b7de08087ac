event bro_init() { return 5; }
