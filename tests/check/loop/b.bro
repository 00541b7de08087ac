@load ./a
@load ./cluster-layout
@load ./nowhere
