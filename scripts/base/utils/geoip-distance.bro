##! Distances between hosts.

## Looks up where two addresses are, and computes the distance between these places on the earth's surface.
##
## a1: an address.
##
## a2: another.
##
## Returns: the distance in miles, or -1.0 where one of the places is not known.
function haversine_distance_ip(a1: addr, a2: addr): double
	{
	local from = lookup_location(a1);
	local to = lookup_location(a2);

	if ( ! from?$latitude || ! from?$longitude || ! to?$latitude || ! to?$longitude )
		return -1.0;

	return haversine_distance(from$latitude, from$longitude, to$latitude, to$longitude);
	}
