global here = 1;

@ifdef ( here )
global a = "defined";
@else
global a = "not defined";
@endif

@ifndef ( here )
global b = "not defined";
@else
global b = "defined";
@endif

@ifdef ( Nowhere::at_all )
global c = "defined";
@else
global c = "not defined";
@endif

event bro_init() { print a, b, c; }
