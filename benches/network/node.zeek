# A node of a cluster that tells when all it has to do with are there.
@load base/frameworks/cluster
redef Broker::disable_ssl = getenv("TLS") != "1";
redef Log::default_writer = Log::WRITER_NONE;

global awaited: set[string];

event Cluster::node_up(name: string, id: string)
	{
	if ( name !in awaited )
		return;
	delete awaited[name];
	if ( |awaited| == 0 )
		print "up";
	}

event zeek_init()
	{
	# Nodes of one kind have nothing to do with each other.
	local own = Cluster::nodes[Cluster::node]$node_type;
	for ( name, node in Cluster::nodes )
		if ( node$node_type != own )
			add awaited[name];
	}
