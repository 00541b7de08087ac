@if ( "text" )
event bro_init() { }
@endif
