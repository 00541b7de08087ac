@load ./defaults
