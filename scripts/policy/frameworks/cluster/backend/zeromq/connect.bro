##! Once the part of the ZeroMQ backend that connected; loading the folder does all.

@load ./main
