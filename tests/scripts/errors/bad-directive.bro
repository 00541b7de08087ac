@nonsense

event bro_init() { }
