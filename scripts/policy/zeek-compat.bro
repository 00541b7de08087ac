##! Zeek's own names for topics, in place of Bro's, its way of hashing keys and its pauses between attempts: with this
##! a node finds its place among nodes that run Zeek. Called as `zeek`, brood loads it by itself, before everything but
##! base/init-bare.
##!
##! Load it on every node of a cluster or on none: nodes with other topics connect, and then do not hear each other.
##! What the user has set beforehand for these topics is set anew; pools keep a topic of the user's choice.

@load base/frameworks/broker
@load base/frameworks/control
@load base/frameworks/cluster/main
@load base/frameworks/cluster/pools
@load base/utils/hash_hrw

# Nodes must agree on where a key lives.
redef HashHRW::release = 8.1;

redef Broker::default_log_topic_prefix = "zeek/logs/";
redef Broker::default_listen_retry = 1sec;
redef Broker::default_connect_retry = 1sec;

redef record Broker::SQLiteOptions += {
	## When to wait for the disk. Without this it is waited for before every answer, and after 10 msec at the
	## latest.
	synchronous: Broker::SQLiteSynchronous &optional;
	## The kind of journal. Without this it is a log, where the disk can do that.
	journal_mode: Broker::SQLiteJournalMode &optional;
	## What to do about a broken file.
	failure_mode: Broker::SQLiteFailureMode &default = Broker::SQLITE_FAILURE_MODE_FAIL;
	## Whether all of the file is looked at when it is opened, indices included. Without this only its structure is.
	integrity_check: bool &default = F;
};

redef record Broker::PeerInfo += {
	## Whether this node began the peering.
	is_outbound: bool &default=F;
};

redef Control::topic_prefix = "zeek/control";

redef Cluster::logger_topic = "zeek/cluster/logger";
redef Cluster::manager_topic = "zeek/cluster/manager";
redef Cluster::proxy_topic = "zeek/cluster/proxy";
redef Cluster::worker_topic = "zeek/cluster/worker";
redef Cluster::time_machine_topic = "zeek/cluster/time_machine";
redef Cluster::node_topic_prefix = "zeek/cluster/node/";
redef Cluster::nodeid_topic_prefix = "zeek/cluster/nodeid/";
redef Cluster::node_topic_end = "/";
redef Cluster::retry_interval = 1sec;

# Its members were taken from the topics above before they changed.
redef Cluster::broadcast_topics = {
	Cluster::logger_topic,
	Cluster::manager_topic,
	Cluster::proxy_topic,
	Cluster::worker_topic,
};

# Before pools are registered.
event bro_init() &priority=100
	{
	if ( Cluster::proxy_pool_spec$topic == "bro/cluster/pool/proxy" )
		Cluster::proxy_pool_spec$topic = "zeek/cluster/pool/proxy";

	if ( Cluster::worker_pool_spec$topic == "bro/cluster/pool/worker" )
		Cluster::worker_pool_spec$topic = "zeek/cluster/pool/worker";

	if ( Cluster::logger_pool_spec$topic == "bro/cluster/pool/logger" )
		Cluster::logger_pool_spec$topic = "zeek/cluster/pool/logger";
	}
