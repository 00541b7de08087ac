##! Numbered tasks that get done whatever happens to the nodes that work on them.
##!
##! Workers hand tasks out, each to the proxy that its number belongs to; proxies do them and log that they did, which
##! the logger writes to tasks.log; a store that all nodes share says which are done. A worker goes on to its next task
##! when the store has the last one, and hands it out again as long as it has not. So a worker that comes back, from a
##! crash or for the first time, finds its place by itself. Behind the last task it looks through all of them again: the
##! node with the store may have come back, too, and what it had is gone.

@load base/frameworks/cluster

module Tasks;

export {
	redef enum Log::ID += { LOG };

	## How many tasks there are.
	const all = 1000 &redef;

	## How long a worker waits before it looks again.
	const pace = 50 msecs &redef;

	## How long a worker waits before it looks through all of its tasks again.
	const rest = 2 secs &redef;

	## One line of tasks.log.
	type Info: record {
		ts:     time   &log;
		## The task's number.
		task:   count  &log;
		## Who handed it out.
		worker: string &log;
		## Who did it.
		proxy:  string &log;
	};

	## Asks a proxy to do a task.
	global work: event(task: count, worker: string);

	## Tells everybody that all tasks are done.
	global finished: event();
}

# Nodes that come back are looked for every second, not every minute.
redef Cluster::retry_interval = 1 sec;
redef Broker::default_clone_resync_interval = 1 sec;

# Each line goes to the logger at once, so that a proxy that is killed takes none with it.
redef Broker::log_batch_size = 1;

# By task: the proxy that did it.
global done: Cluster::StoreInfo;

event bro_init() &priority=5
	{
	Log::create_stream(LOG, [$columns=Info, $path="tasks"]);
	done = Cluster::create_store("tasks/done");
	}

event Cluster::node_up(name: string, id: string)
	{
	print fmt("%s sees %s", Cluster::node, name);
	}

event Cluster::node_down(name: string, id: string)
	{
	print fmt("%s misses %s", Cluster::node, name);
	}

event Tasks::finished()
	{
	print fmt("%s knows that all is done", Cluster::node);
	}

@if ( Cluster::local_node_type() == Cluster::WORKER )

# How many workers there are, and which of them this node is.
global workers = 0;
global place = 0;

event look(task: count)
	{
	if ( task > all )
		{
		schedule rest { look(place) };
		return;
		}

	when ( local answer = Broker::exists(done$store, task) )
		{
		if ( answer$status == Broker::SUCCESS && (answer$result as bool) )
			{
			event look(task + workers);
			return;
			}

		Cluster::publish_hrw(Cluster::proxy_pool, task, Tasks::work, task, Cluster::node);
		schedule pace { look(task) };
		}
	timeout 5 secs
		{
		# The manager, which has the store, is not there.
		schedule pace { look(task) };
		}
	}

event bro_init()
	{
	for ( name in Cluster::nodes )
		{
		if ( Cluster::nodes[name]$node_type != Cluster::WORKER )
			next;

		++workers;

		if ( strcmp(name, Cluster::node) <= 0 )
			++place;
		}

	event look(place);
	}

@endif

@if ( Cluster::local_node_type() == Cluster::PROXY )

# What this proxy did: a task that is asked for twice is done once.
global did: set[count];

event Tasks::work(task: count, worker: string)
	{
	if ( task !in did )
		{
		add did[task];
		Log::write(LOG, [$ts=network_time(), $task=task, $worker=worker, $proxy=Cluster::node]);
		}

	Broker::put(done$store, task, Cluster::node);
	}

@endif

@if ( Cluster::local_node_type() == Cluster::MANAGER )

global was_told = F;

event count_tasks()
	{
	when ( local answer = Broker::keys(done$store) )
		{
		local keys = answer$result as set[count];

		if ( |keys| == all && ! was_told )
			{
			was_told = T;
			Cluster::log(fmt("all %d tasks are done", all));
			Broker::publish(Cluster::worker_topic, Tasks::finished);
			}

		schedule 500 msecs { count_tasks() };
		}
	timeout 5 secs
		{
		schedule 500 msecs { count_tasks() };
		}
	}

event bro_init()
	{
	event count_tasks();
	}

@endif
