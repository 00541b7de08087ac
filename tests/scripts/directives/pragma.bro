global old = 1 &deprecated;

@pragma push ignore-deprecations
event bro_init() { print old; }
@pragma pop ignore-deprecations

event bro_init() { print old; }
