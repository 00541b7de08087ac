@load ./more-broken
