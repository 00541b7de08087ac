# env: BROPATH=parts
@prefixes = lx

@load prefixed

event bro_init() { print "end"; }
