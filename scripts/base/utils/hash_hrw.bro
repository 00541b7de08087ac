##! Rendezvous hashing: spreads keys over sites so that a key moves only when its own site goes away. For each key every
##! site gets a weight, and the highest one wins.

module HashHRW;

export {
	## The release whose way of hashing keys is followed, for all nodes of a cluster must choose the same site: 2.6
	## for Bro 2.6 to Zeek 4.0, 5.0 for Zeek 5.0 to 8.0, and 8.1 for later ones. It decides what fnv1a32 gives.
	const release = 2.6 &redef;

	## A place for keys.
	type Site: record {
		## Tells sites apart; should fit into 32 bits.
		id: count;
		## Whatever the user wants to find with the site.
		user_data: any &optional;
	};

	## Sites by their number.
	type SiteTable: table[count] of Site;

	## The sites that keys are spread over.
	type Pool: record {
		sites: SiteTable &default=SiteTable();	##< The sites.
	};

	## Adds a site.
	##
	## Returns: whether it is new.
	global add_site: function(pool: Pool, site: Site): bool;

	## Removes a site.
	##
	## Returns: whether it was there.
	global rem_site: function(pool: Pool, site: Site): bool;

	## Finds a key's site; there must be one.
	##
	## Returns: the site.
	global get_site: function(pool: Pool, key: any): Site;
}

function add_site(pool: Pool, site: Site): bool
	{
	if ( site$id in pool$sites )
		return F;

	pool$sites[site$id] = site;
	return T;
	}

function rem_site(pool: Pool, site: Site): bool
	{
	if ( site$id !in pool$sites )
		return F;

	delete pool$sites[site$id];
	return T;
	}

function get_site(pool: Pool, key: any): Site
	{
	local digest = fnv1a32(key);
	local best = 0;
	local best_weight = -1;

	for ( id in pool$sites )
		{
		local weight: int = hrw_weight(digest, id);

		# With equal weights the higher number wins, so that all nodes agree.
		if ( weight > best_weight || (weight == best_weight && id > best) )
			{
			best = id;
			best_weight = weight;
			}
		}

	return pool$sites[best];
	}
