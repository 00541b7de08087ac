@load ./b
