##! Commands to a running process from outside: ask for a value, for its peers, for its counters, change its
##! settings, stop it. This has the vocabulary; the two ends are the scripts policy/frameworks/control/controllee
##! and controller.

module Control;

export {
	## What the topics of requests and answers begin with.
	const topic_prefix = "bro/control" &redef;

	## Whether the controllee calls Broker::listen itself. The nodes of a cluster listen anyway.
	const controllee_listen = T &redef;

	## The address of the process to command.
	const host = 0.0.0.0 &redef;

	## Its port.
	const host_port = 0/tcp &redef;

	## The zone of Control::host, if that is an IPv6 address without global meaning.
	const zone_id = "" &redef;

	## The command; usually given on the command line.
	const cmd = "" &redef;

	## The command's argument, where it takes one.
	const arg = "" &redef;

	## The commands there are.
	const commands: set[string] = {
		"id_value",
		"peer_status",
		"net_stats",
		"configuration_update",
		"shutdown",
	} &redef;

	## Names that an update of the configuration leaves alone.
	const ignore_ids: set[string] = { };

	## Asks for the value of the global variable or constant *id*.
	global id_value_request: event(id: string);
	## Answers with the value as it prints.
	global id_value_response: event(id: string, val: string);

	## Asks for the peers and their states.
	global peer_status_request: event();
	## Answers with a line for every peer.
	global peer_status_response: event(s: string);

	## Asks for the counts of packets.
	global net_stats_request: event();
	## Answers with a line of them.
	global net_stats_response: event(s: string);

	## Says that the values of constants have just been sent.
	global configuration_update_request: event();
	## Raised in the commanded process for scripts that must act when settings change.
	global configuration_update: event();
	## Answers that the update is done.
	global configuration_update_response: event();

	## Asks the process to stop.
	global shutdown_request: event();
	## Answers that it is going to.
	global shutdown_response: event();
}

# Ends the process from the event queue, behind whatever is waiting there.
event terminate_event()
	{
	terminate();
	}
