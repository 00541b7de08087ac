##! Commands another process that has loaded policy/frameworks/control/controllee, and ends when the answer is there.
##! The command comes from the command line:
##!
##!     brood run frameworks/control/controller Control::host=ADDRESS Control::host_port=PORT Control::cmd=COMMAND [Control::arg=ARGUMENT]

@load base/frameworks/control
@load base/frameworks/broker

module Control;

event bro_init() &priority=5
	{
	if ( cmd !in commands )
		{
		Reporter::error(fmt("The '%s' control command is unknown.", cmd));
		terminate();
		}

	Broker::subscribe(topic_prefix);
	Broker::peer(cat(host), host_port);
	}

event Control::id_value_response(id: string, val: string) &priority=-10
	{
	event terminate_event();
	}

event Control::peer_status_response(s: string) &priority=-10
	{
	event terminate_event();
	}

event Control::net_stats_response(s: string) &priority=-10
	{
	event terminate_event();
	}

event Control::configuration_update_response() &priority=-10
	{
	event terminate_event();
	}

event Control::shutdown_response() &priority=-10
	{
	event terminate_event();
	}

# The constants that may be changed from outside. Variables hold state even where they carry &redef, and
# functions cannot be sent.
function configurable_ids(): id_table
	{
	local found: id_table = table();
	local ids = global_ids();

	for ( id in ids )
		{
		local info = ids[id];

		if ( id !in ignore_ids && info$constant && info$redefinable && info$type_name != "func" )
			found[id] = info;
		}

	return found;
	}

function send_control_request(topic: string)
	{
	switch ( cmd ) {
	case "id_value":
		if ( arg == "" )
			Reporter::fatal("The Control::id_value command requires that Control::arg also has some value.");

		Broker::publish(topic, Control::id_value_request, arg);
		break;

	case "peer_status":
		Broker::publish(topic, Control::peer_status_request);
		break;

	case "net_stats":
		Broker::publish(topic, Control::net_stats_request);
		break;

	case "shutdown":
		Broker::publish(topic, Control::shutdown_request);
		break;

	case "configuration_update":
		Broker::publish(topic, Control::configuration_update_request);
		break;

	default:
		Reporter::fatal(fmt("unhandled Control::cmd, %s", cmd));
		break;
	}
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string) &priority=-10
	{
	local topic = topic_prefix + "/" + endpoint$id;

	if ( cmd == "configuration_update" )
		{
		local ids = configurable_ids();
		local sent = 0;

		for ( id in ids )
			{
			if ( Broker::publish_id(topic, id) )
				++sent;
			}

		Reporter::info(fmt("Control framework sent %d IDs", sent));
		}

	send_control_request(topic);
	}
