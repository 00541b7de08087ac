##! Which hosts are local, and which way connections go between local and other hosts.

@load ./site

## The way of a connection, as seen from the local networks.
type Direction: enum {
	INBOUND,	##< From outside to a local host.
	OUTBOUND,	##< From a local host to the outside.
	BIDIRECTIONAL,	##< Either of the two.
	NO_DIRECTION,	##< None; no connection is such.
};

## Tells whether a connection goes a way.
##
## id: the connection.
##
## d: the way.
##
## Returns: whether it does. Connections between two local hosts, or between two others, go no way.
function id_matches_direction(id: conn_id, d: Direction): bool
	{
	local from_local = Site::is_local_addr(id$orig_h);

	if ( d == NO_DIRECTION || from_local == Site::is_local_addr(id$resp_h) )
		return F;

	return d == BIDIRECTIONAL || from_local == (d == OUTBOUND);
	}

## Kinds of hosts.
type Host: enum {
	LOCAL_HOSTS,	##< Hosts of the local networks.
	REMOTE_HOSTS,	##< The others.
	ALL_HOSTS,	##< All.
	NO_HOSTS,	##< None.
};

## Tells whether a host is of a kind.
##
## ip: the host's address.
##
## h: the kind.
##
## Returns: whether it is.
function addr_matches_host(ip: addr, h: Host): bool
	{
	if ( h == ALL_HOSTS || h == NO_HOSTS )
		return h == ALL_HOSTS;

	return Site::is_local_addr(ip) == (h == LOCAL_HOSTS);
	}
