@load ./api
