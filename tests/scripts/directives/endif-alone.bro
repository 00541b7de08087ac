event bro_init() { }
@endif
