# What scenarios of this folder do by chance. All of it is drawn from the seed.
module Chance;

export {
	global node: function(): string;
	global time_up_to: function(most: interval): interval;
	global cut_in_two: function();
}

function node(): string
	{
	return Sim::nodes()[rand(|Sim::nodes()|)];
	}

function time_up_to(most: interval): interval
	{
	return most * (rand(1000) / 1000.0);
	}

function cut_in_two()
	{
	local one: set[string] = set();
	local other: set[string] = set();
	for ( i in Sim::nodes() )
		{
		if ( rand(2) == 0 )
			add one[Sim::nodes()[i]];
		else
			add other[Sim::nodes()[i]];
		}
	if ( |one| > 0 && |other| > 0 )
		Sim::partition(one, other);
	}
