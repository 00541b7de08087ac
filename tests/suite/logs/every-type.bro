# The files of a logger are those that the node itself would write.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/with-logger/cluster-layout.bro
# @TEST-EXEC: for node in logger-1 worker-1; do btest-bg-run $node CLUSTER_NODE=$node brood run -b %INPUT; done
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: mkdir alone; cd alone; brood run -b %INPUT
# @TEST-EXEC: for place in logger-1 alone; do grep -v '^#open\|^#close' $place/types.log >$place.types; done
# @TEST-EXEC: cmp logger-1.types alone.types
# @TEST-EXEC: cmp logger-1/types_json.log alone/types_json.log
# @TEST-EXEC: btest-diff logger-1.types
# @TEST-EXEC: btest-diff logger-1/types_json.log

@load test-log

module Types;

export {
	redef enum Log::ID += { LOG };

	type Info: record {
		t: time &log;
		b: bool &log;
		i: int &log;
		c: count &log;
		d: double &log;
		iv: interval &log;
		s: string &log;
		o: string &log &optional;
		e: Log::ID &log;
		p: port &log;
		a4: addr &log;
		a6: addr &log;
		n4: subnet &log;
		n6: subnet &log;
		sc: set[count] &log;
		se: set[string] &log;
		so: set[addr] &log &optional;
		vd: vector of double &log;
		ve: vector of string &log;
		f: function(n: count): count &log;
	};
}

function twice(n: count): count
	{
	return n * 2;
	}

event bro_init() &priority=5
	{
	Log::create_stream(Types::LOG, [$columns=Info, $path="types"]);
	Log::add_filter(Types::LOG, [$name="json", $path="types_json", $config=table(["use_json"] = "T")]);
	}

function put_types()
	{
	Log::write(Types::LOG, Types::Info($t=double_to_time(1700000000.25), $b=T, $i=-5, $c=42, $d=1.5e-7, $iv=1.5sec,
	                                   $s="tab\tand \x00 and (empty) and \\ and \xc3\xa4", $e=Types::LOG, $p=53/udp,
	                                   $a4=1.2.3.4, $a6=[2001:db8::1], $n4=10.0.0.0/8, $n6=[2001:db8::]/32, $sc=set(3),
	                                   $se=set(), $vd=vector(0.5, -1.0), $ve=vector("", "-"), $f=twice));
	}

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( name != "logger-1" )
		return;

	put_types();
	terminate();
	}

event bro_init()
	{
	if ( Cluster::node != "" )
		return;

	put_types();
	terminate();
	}
