@load ./parts/names
