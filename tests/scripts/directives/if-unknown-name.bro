@if ( nowhere )
event bro_init() { }
@endif
