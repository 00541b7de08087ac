##! The names by which scripts tell whether a supervisor of Zeek 3.1 or later started this process. None does here, so
##! there are no functions that start or stop processes.

module Supervisor;

export {
	## What a supervised process does in a cluster.
	type ClusterRole: enum {
		## It belongs to none.
		NONE,
		## As Cluster::LOGGER.
		LOGGER,
		## As Cluster::MANAGER.
		MANAGER,
		## As Cluster::PROXY.
		PROXY,
		## As Cluster::WORKER.
		WORKER,
	};

	## One node of a supervised cluster.
	type ClusterEndpoint: record {
		## What it does.
		role: ClusterRole;
		## Where it runs.
		host: addr;
		## Where it listens for its peers.
		p: port;
		## The network interface it reads from.
		interface: string &optional;
		## The file it reads packets from.
		pcap_file: string &optional;
		## Where it offers its metrics.
		metrics_port: port &optional;
	};

	## A process to run.
	type NodeConfig: record {
		## Its name.
		name: string;
		## The network interface it reads from.
		interface: string &optional;
		## The file it reads packets from.
		pcap_file: string &optional;
		## The folder it runs in.
		directory: string &optional;
		## Where its standard output goes.
		stdout_file: string &optional;
		## Where its standard error goes.
		stderr_file: string &optional;
		## Whether it loads only what it is told to.
		bare_mode: bool &optional;
		## Scripts to load before the user's.
		addl_base_scripts: vector of string &default = vector();
		## Scripts to load after the user's.
		addl_user_scripts: vector of string &default = vector();
		## Its environment.
		env: table[string] of string &default=table();
		## The processor to run on.
		cpu_affinity: int &optional;
		## The layout of its cluster by names of nodes.
		cluster: table[string] of ClusterEndpoint &default=table();
	};

	## Returns whether this process supervises others: F.
	global is_supervisor: function(): bool;

	## Returns whether this process is supervised: F.
	global is_supervised: function(): bool;
}

function is_supervisor(): bool
	{
	return F;
	}

function is_supervised(): bool
	{
	return F;
	}
