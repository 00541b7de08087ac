event bro_init() { print @DEBUG; }
