@load base/frameworks/cluster
global done: event(x: count);
event bro_init() { Broker::publish(Cluster::node_topic("wroker-1"), done, 1); }
@if ( Cluster::local_node_type() == Cluster::WORKER )
event done(x: count) { print y; }
@endif
