@load ./parts/nowhere
