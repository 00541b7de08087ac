@load ./inner
