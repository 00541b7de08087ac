##! What is local: networks, zones of names, and who looks after them.

@load ./patterns

module Site;

export {
	## Networks that are not routed in the internet.
	option private_address_space: set[subnet] = {
		10.0.0.0/8,
		192.168.0.0/16,
		172.16.0.0/12,
		100.64.0.0/10,	# between a carrier and its customers
		127.0.0.0/8,
		[fe80::]/10,
		[::1]/128,
	};

	## The local networks.
	option local_nets: set[subnet] = {};

	## Yields the local network that an address or network lies in. Filled from `Site::local_nets` at start.
	global local_nets_table: table[subnet] of subnet = {};

	## Networks that are near, but not local.
	option neighbor_nets: set[subnet] = {};

	## The mail addresses of those who look after a network.
	option local_admins: table[subnet] of set[string] = {};

	## Zones whose names are local.
	option local_zones: set[string] = {};

	## Zones whose names are near, but not local.
	option neighbor_zones: set[string] = {};

	## Tells whether an address lies in `Site::local_nets`.
	global is_local_addr: function(a: addr): bool;

	## Tells whether an address lies in `Site::neighbor_nets`.
	global is_neighbor_addr: function(a: addr): bool;

	## Tells whether an address lies in `Site::private_address_space`.
	global is_private_addr: function(a: addr): bool;

	## Tells whether a name lies in one of `Site::local_zones`.
	global is_local_name: function(name: string): bool;

	## Tells whether a name lies in one of `Site::neighbor_zones`.
	global is_neighbor_name: function(name: string): bool;

	## Finds who looks after an address.
	##
	## a: the address.
	##
	## Returns: the mail addresses of `Site::local_admins` for every network that it lies in, joined by
	##          commas; "" where there are none.
	global get_emails: function(a: addr): string;
}

# Names in the zones; made at start.
global local_dns_suffix_regex: pattern = /MATCH_NOTHING/;
global local_dns_neighbor_suffix_regex: pattern = /MATCH_NOTHING/;

function is_local_addr(a: addr): bool
	{
	return a in local_nets;
	}

function is_neighbor_addr(a: addr): bool
	{
	return a in neighbor_nets;
	}

function is_private_addr(a: addr): bool
	{
	return a in private_address_space;
	}

function is_local_name(name: string): bool
	{
	return local_dns_suffix_regex in name;
	}

function is_neighbor_name(name: string): bool
	{
	return local_dns_neighbor_suffix_regex in name;
	}

# The mail addresses for all networks around an address.
function find_all_emails(ip: addr): set[string]
	{
	local found: set[string] = set();
	local around = matching_subnets(addr_to_subnet(ip), local_admins);

	for ( i in around )
		for ( email in local_admins[around[i]] )
			if ( email != "" )
				add found[email];

	return found;
	}

function fmt_email_string(emails: set[string]): string
	{
	local texts: string_vec = vector();

	for ( email in emails )
		texts += email;

	return join_string_vec(texts, ", ");
	}

function get_emails(a: addr): string
	{
	return fmt_email_string(find_all_emails(a));
	}

event bro_init() &priority=10
	{
	# A name is in a zone if it is the zone's own or ends in a dot and the zone's.
	local in_zone = "(^\\.?|\\.)(~~)$";
	local_dns_suffix_regex = set_to_regex(local_zones, in_zone);
	local_dns_neighbor_suffix_regex = set_to_regex(neighbor_zones, in_zone);

	for ( net in local_nets )
		local_nets_table[net] = net;
	}
