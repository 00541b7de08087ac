# Sets, tables, vectors and records of data, and iterators over them.
event bro_init()
	{
	local s = Broker::set_create();
	print Broker::set_insert(s, "b"), Broker::set_insert(s, "a"), Broker::set_insert(s, "a"), Broker::set_size(s);
	print Broker::set_contains(s, "b"), Broker::set_remove(s, "b"), Broker::set_contains(s, "b"), s;
	Broker::set_insert(s, 7);
	local si = Broker::set_iterator(s);
	while ( ! Broker::set_iterator_last(si) )
		{
		print "set", Broker::set_iterator_value(si);
		Broker::set_iterator_next(si);
		}

	local t = Broker::table_create();
	print Broker::table_insert(t, "k", 1), Broker::table_insert(t, "k", 2), Broker::table_lookup(t, "k");
	print Broker::table_contains(t, "x"), Broker::table_remove(t, "x"), Broker::table_size(t);
	local ti = Broker::table_iterator(t);
	print Broker::table_iterator_value(ti), Broker::table_iterator_next(ti), Broker::table_iterator_last(ti);

	local v = Broker::vector_create();
	print Broker::vector_insert(v, 0, "a"), Broker::vector_insert(v, 0, "b"), Broker::vector_insert(v, 99, "c"), v;
	print Broker::vector_replace(v, 1, "x"), Broker::vector_remove(v, 0), Broker::vector_lookup(v, 9), v;

	local r = Broker::record_create(2);
	print Broker::record_assign(r, 0, 1.2.3.4), Broker::record_assign(r, 2, "x"), Broker::record_size(r);
	print Broker::record_lookup(r, 0), Broker::record_lookup(r, 1), r;
	local copied = copy(r);
	Broker::record_assign(r, 1, T);
	print r, copied;
	}
