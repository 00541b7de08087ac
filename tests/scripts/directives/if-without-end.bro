@if ( T )
event bro_init() { }
