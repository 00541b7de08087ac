const debugging = F &redef;
redef debugging = T;

@if ( debugging )
event bro_init() { print "debugging"; }
@endif
