# base/utils/site and base/utils/directions-and-hosts: what is local, who looks after it, and where connections go.

@load base/utils/directions-and-hosts
@load base/utils/site

redef Site::local_nets += { 10.1.0.0/16, [2001:db8::]/32 };
redef Site::neighbor_nets += { 10.2.0.0/16 };
redef Site::local_zones += { "example.org" };
redef Site::local_admins += {
	[10.0.0.0/8] = set("all@example.org"),
	[10.1.0.0/16] = set("one@example.org"),
};

function test_addresses()
	{
	assert Site::is_local_addr(10.1.2.3) && Site::is_local_addr([2001:db8::1]);
	assert ! Site::is_local_addr(10.2.2.3) && Site::is_neighbor_addr(10.2.2.3);
	assert Site::is_private_addr(192.168.1.1) && ! Site::is_private_addr(8.8.8.8);
	assert Site::local_nets_table[10.1.2.3] == 10.1.0.0/16;
	}

function test_names()
	{
	assert Site::is_local_name("www.example.org") && Site::is_local_name("example.org");
	assert ! Site::is_local_name("badexample.org");
	}

function test_admins()
	{
	assert Site::get_emails(10.1.2.3) == "one@example.org, all@example.org", "the closest first";
	assert Site::get_emails(10.9.2.3) == "all@example.org";
	assert Site::get_emails(8.8.8.8) == "";
	}

function test_directions()
	{
	local out = conn_id($orig_h=10.1.2.3, $orig_p=1/tcp, $resp_h=8.8.8.8, $resp_p=2/tcp);
	assert id_matches_direction(out, OUTBOUND) && id_matches_direction(out, BIDIRECTIONAL);
	assert ! id_matches_direction(out, INBOUND);
	}

function test_hosts()
	{
	assert addr_matches_host(8.8.8.8, REMOTE_HOSTS) && addr_matches_host(8.8.8.8, ALL_HOSTS);
	assert ! addr_matches_host(8.8.8.8, LOCAL_HOSTS);
	}
