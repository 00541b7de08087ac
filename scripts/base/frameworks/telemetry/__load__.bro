@load ./options
