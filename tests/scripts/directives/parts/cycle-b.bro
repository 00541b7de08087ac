@load ./cycle-a
global cycle_b = "b";
