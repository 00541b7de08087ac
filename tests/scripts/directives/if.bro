@if ( 1 + 1 == 2 )
event bro_init() { print "yes"; }
@else
event bro_init() { print "no"; }
@endif

@if ( F )
this is not a script at all: ( [ {
@endif
