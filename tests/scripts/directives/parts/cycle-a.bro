@load ./cycle-b
global cycle_a = "a";
