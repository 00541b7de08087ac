##! The types of the cluster framework, without its functions: a light load for scripts that only name them.

module Cluster;

export {
	## What a node does in the cluster.
	type NodeType: enum {
		## This process belongs to no cluster.
		NONE,
		## May inspect and change the other nodes while they run.
		CONTROL,
		## Receives the log writes of the other nodes and writes the files.
		LOGGER,
		## Decides: collects what the workers found.
		MANAGER,
		## Relays between workers and holds state for them.
		PROXY,
		## Analyses traffic.
		WORKER,
		## Records traffic; known to releases before 7.1 only.
		TIME_MACHINE,
	};

	## One node of the cluster: an entry of Cluster::nodes. It takes the fields of every release from 2.0 on: those
	## of 2.6 come first and in its order, so that they print as there; the others follow and are optional.
	## Releases before 4.0 demand *p*; here, as from then on, a node without it does not listen.
	type Node: record {
		## What the node does.
		node_type:    NodeType;
		## Where it runs.
		ip:           addr;
		## The zone of *ip*, if that is an IPv6 address without global meaning.
		zone_id:      string      &default="";
		## Where it listens for its peers.
		p:            port        &default=0/unknown;
		## The network interface a worker reads from.
		interface:    string      &optional;
		## The name of its manager; workers and proxies dial that.
		manager:      string      &optional;
		## The name of the time machine it dials.
		time_machine: string      &optional;
		## Its identifier in the network, set while it is connected.
		id:           string      &optional;
		## The name of its logger (2.5 only; other releases dial all loggers).
		logger:       string      &optional;
		## The name of its proxy (up to 2.5; later releases dial all proxies).
		proxy:        string      &optional;
		## The names of the workers it talks to (up to 2.5).
		workers:      set[string] &optional;
		## Where it offers its metrics (from 7.0).
		metrics_port: port        &optional;
	};

	## A node together with its name.
	type NamedNode: record {
		## The index in Cluster::nodes.
		name: string;
		## The entry there.
		node: Node;
	};

	## An event ready to be sent, as Cluster::make_event builds it.
	type Event: record {
		## The event.
		ev: any;
		## Its arguments.
		args: vector of any;
	};

	## The ways in which nodes can be joined.
	type BackendTag: enum {
		## Not at all.
		CLUSTER_BACKEND_NONE,
		## By peerings between nodes, as every release from 2.6 on knows them.
		CLUSTER_BACKEND_BROKER,
		## By a hub of ZeroMQ sockets (from 7.1). Can be chosen, but is not spoken here.
		CLUSTER_BACKEND_ZEROMQ,
	};

	## The forms in which events can travel.
	type EventSerializerTag: enum {
		## Broker's binary form.
		EVENT_SERIALIZER_BROKER_BIN_V1,
		## Broker's JSON form.
		EVENT_SERIALIZER_BROKER_JSON_V1,
	};

	## The forms in which log writes can travel.
	type LogSerializerTag: enum {
		## Zeek's binary form.
		LOG_SERIALIZER_ZEEK_BIN_V1,
	};

	## How the nodes are joined. Unlike Zeek from 8.1 on, it need not be chosen.
	const backend = CLUSTER_BACKEND_BROKER &redef;

	## The form in which events travel; without effect for CLUSTER_BACKEND_BROKER.
	const event_serializer = EVENT_SERIALIZER_BROKER_BIN_V1 &redef;

	## The form in which log writes travel; without effect for CLUSTER_BACKEND_BROKER.
	const log_serializer = LOG_SERIALIZER_ZEEK_BIN_V1 &redef;

	## Events from WebSocket clients that may wait; the clients are held up beyond it.
	const default_websocket_max_event_queue_size = 32 &redef;

	## How often WebSocket clients are asked for a sign of life.
	const default_websocket_ping_interval = 5 sec &redef;

	## How a WebSocket server encrypts: with both files set it does, with none it does not.
	type WebSocketTLSOptions: record {
		## File with the certificate.
		cert_file: string &optional;
		## File with its private key.
		key_file: string &optional;
		## Whether clients must show certificates too.
		enable_peer_verification: bool &default=F;
		## File with the authorities to trust; empty means the system's.
		ca_file: string &default="";
		## The ciphers to allow; empty means the usual ones.
		ciphers: string &default="";
	};

	## What Cluster::listen_websocket needs to know.
	type WebSocketServerOptions: record {
		## The address to listen on as text (7.2 and 8.0; later releases use *listen_addr*).
		listen_host: string &optional;
		## The address to listen on.
		listen_addr: addr &optional;
		## The port to listen on.
		listen_port: port;
		## Events that may wait.
		max_event_queue_size: count &default=default_websocket_max_event_queue_size;
		## How often to ask for a sign of life; a negative value never asks.
		ping_interval: interval &default=default_websocket_ping_interval;
		## How to encrypt.
		tls_options: WebSocketTLSOptions &default=WebSocketTLSOptions();
	};

	## Where a WebSocket client is.
	type NetworkInfo: record {
		## Address or host name.
		address: string;
		## Port.
		bound_port: port;
	};

	## A WebSocket client.
	type EndpointInfo: record {
		## Its identifier.
		id: string;
		## Where it is.
		network: NetworkInfo;
		## What it calls itself in the header X-Application-Name.
		application_name: string &optional;
	};
}
