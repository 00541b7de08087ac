##! The log of peerings and their troubles: broker.log.

@load ./main

module Broker;

export {
	redef enum Log::ID += {
		## The stream of broker.log.
		LOG
	};

	## Whether a line of the log tells of a change or of an error.
	type Type: enum {
		## A peering came or went.
		STATUS,
		## Something failed.
		ERROR
	};

	## One line of the log.
	type Info: record {
		## When it happened.
		ts:                  time   &log;
		## A change or an error.
		ty:                  Type &log;
		## What happened, in one word.
		ev:                  string &log;
		## The peer it is about, if it is about one and its address is known.
		peer:                NetworkInfo &log &optional;
		## What more there is to say.
		message:             string &log &optional;
	};

	## Called for every line before it is written; a break drops the line.
	global log_policy: hook(rec: any, id: Log::ID, filter: Log::Filter);
}

event bro_init() &priority=5
	{
	Log::create_stream(Broker::LOG, [$columns=Info, $path="broker"]);
	}

function write_line(line: Info)
	{
	if ( hook log_policy(line, Broker::LOG, Log::get_filter(Broker::LOG, "default")) )
		Log::write(Broker::LOG, line);
	}

function log_status(ev: string, endpoint: EndpointInfo, msg: string)
	{
	local line = Info($ts=network_time(), $ty=STATUS, $ev=ev, $message=msg);

	if ( endpoint?$network )
		line$peer = endpoint$network;

	write_line(line);
	}

event Broker::peer_added(endpoint: EndpointInfo, msg: string)
	{
	log_status("peer-added", endpoint, msg);
	}

event Broker::peer_removed(endpoint: EndpointInfo, msg: string)
	{
	log_status("peer-removed", endpoint, msg);
	}

event Broker::peer_lost(endpoint: EndpointInfo, msg: string)
	{
	log_status("connection-terminated", endpoint, msg);
	}

event Broker::error(code: ErrorCode, msg: string)
	{
	# Broker::NO_SUCH_KEY is written no-such-key.
	local name = subst_string(cat(code), "Broker::", "");
	local word = to_lower(subst_string(name, "_", "-"));

	write_line(Info($ts=network_time(), $ty=ERROR, $ev=word, $message=msg));
	}
