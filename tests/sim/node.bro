# What every node does: keeps a store, and counts what it is told.
@load base/frameworks/cluster
redef Log::default_rotation_interval = 0sec;
# Longer than clones may need to find a master again that was away.
redef Broker::default_clone_mutation_buffer_interval = 10min;

global known: Cluster::StoreInfo;
global told: vector of count;

event tell(number: count)
	{
	told += number;
	}

event say(number: count)
	{
	Broker::publish("told/" + Cluster::node, tell, number);
	}

event bro_init()
	{
	known = Cluster::create_store("known", T);
	Broker::subscribe("told/");
	}

event keep(key: string, value: count)
	{
	Broker::put(known$store, key, value);
	}

global found: table[string] of string;

event look(key: string)
	{
	when ( local answer = Broker::get(known$store, key) )
		{ found[key] = answer$status == Broker::SUCCESS ? fmt("%s", answer$result as count) : "nothing"; }
	timeout 2sec
		{ found[key] = "no answer"; }
	}

event endless()
	{
	local rounds = 0;
	while ( T )
		++rounds;
	}

function sum_of(numbers: vector of count, names: set[string]): count
	{
	local sum = |names|;
	for ( i in numbers )
		sum += numbers[i];
	return sum;
	}

function joined(one: string, other: string &default="and", last: count &default=3): string
	{
	return fmt("%s %s %d", one, other, last);
	}

function note(number: count)
	{
	told += number;
	}

function publish_note(number: count)
	{
	Broker::publish("told/noted", tell, number);
	}
