event bro_init() { event nowhere(1); }
