##! Sending and hearing events whatever joins the nodes: a light load for scripts that only do that.
##!
##! The functions that send, Cluster::publish, publish_hrw, publish_rr and make_event, are native.

@load ./types

module Cluster;

export {
	## Asks for events whose topics begin with *topic*. Returns T on success.
	global subscribe: function(topic: string): bool;

	## Takes back what Cluster::subscribe did. Returns T on success.
	global unsubscribe: function(topic: string): bool;

	## Called by every Cluster::subscribe before it acts; a break changes nothing.
	global on_subscribe: hook(topic: string);

	## Called by every Cluster::unsubscribe before it acts; a break changes nothing.
	global on_unsubscribe: hook(topic: string);
}

function subscribe(topic: string): bool
	{
	hook on_subscribe(topic);
	return Broker::__subscribe(topic);
	}

function unsubscribe(topic: string): bool
	{
	hook on_unsubscribe(topic);
	return Broker::__unsubscribe(topic);
	}
