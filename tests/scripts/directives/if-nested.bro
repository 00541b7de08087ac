@if ( T )
@if ( F )
global x = "wrong";
@else
global x = "inner else";
@endif
@else
@if ( T )
global x = "wrong too";
@endif
@endif

event bro_init() { print x; }
