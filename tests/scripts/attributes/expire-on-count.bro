global a: count &create_expire=5 secs;
