# Misspelt: bro_init.
event bro_int()
	{
	print "never";
	}

# Raised below, on another node.
event counted(n: count)
	{
	print n;
	}

@if ( Cluster::local_node_type() == Cluster::WORKER )
event bro_init()
	{
	event counted(1);
	}
@endif

# Declared: comes from elsewhere.
global announced: event(what: string);

event announced(what: string)
	{
	print what;
	}

# Known to come from traffic, which nothing here captures.
event connection_established(c: connection)
	{
	print c;
	}
