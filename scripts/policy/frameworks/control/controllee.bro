##! Lets a process be commanded by policy/frameworks/control/controller. Load it beside the process's own scripts.

@load base/frameworks/control
@load base/frameworks/broker

module Control;

export {
	## Asks for the value of the global variable or constant *id* itself, not for how it prints. Not part of Bro.
	global value_request: event(id: string);

	## Answers with the value and the name of its type, where it is one that can be sent.
	global value_response: event(id: string, type_name: string, val: any);
}

# Whether this process is a node of a cluster that others can reach on its own port.
function is_reached_as_node(): bool
	{
@ifdef ( Cluster::nodes )
	if ( Cluster::node in Cluster::nodes )
		return Cluster::nodes[Cluster::node]$p != 0/unknown;
@endif
	return F;
	}

event bro_init() &priority=-10
	{
	Broker::subscribe(topic_prefix + "/" + Broker::node_id());

	# Raising an answer sends it.
	Broker::auto_publish(topic_prefix + "/id_value_response", Control::id_value_response);
	Broker::auto_publish(topic_prefix + "/peer_status_response", Control::peer_status_response);
	Broker::auto_publish(topic_prefix + "/net_stats_response", Control::net_stats_response);
	Broker::auto_publish(topic_prefix + "/configuration_update_response", Control::configuration_update_response);
	Broker::auto_publish(topic_prefix + "/shutdown_response", Control::shutdown_response);

	if ( controllee_listen && ! is_reached_as_node() )
		Broker::listen();
	}

event Control::id_value_request(id: string)
	{
	event Control::id_value_response(id, fmt("%s", lookup_ID(id)));
	}

event Control::value_request(id: string)
	{
	local val = lookup_ID(id);

	if ( Broker::__is_data(val) )
		Broker::publish(topic_prefix + "/value_response", Control::value_response, id, type_name(val), val);
	}

event Control::peer_status_request()
	{
	local answer = "";
	local peers = Broker::peers();

	for ( i in peers )
		{
		local p = peers[i];
		local address = p$peer?$network ? p$peer$network$address : "";

		answer += fmt("%.6f peer=%s host=%s status=%s\n",
		              network_time(), p$peer$id, address, p$status);
		}

	event Control::peer_status_response(answer);
	}

event Control::net_stats_request()
	{
	local counts = get_net_stats();

	event Control::net_stats_response(fmt("%.6f recvd=%d dropped=%d link=%d\n", network_time(),
	                                      counts$pkts_recvd, counts$pkts_dropped, counts$pkts_link));
	}

event Control::configuration_update_request()
	{
	# The new values are in place already: tell the scripts, then the controller.
	event Control::configuration_update();
	event Control::configuration_update_response();
	}

event Control::shutdown_request()
	{
	event Control::shutdown_response();

	# Leaves the answer time to go out.
	schedule 1sec { terminate_event() };
	}
