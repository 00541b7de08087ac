##! Weirds: things that should not be in traffic, as the engine or `Reporter::conn_weird` and its kin report
##! them. Here is decided which of them to write to `weird.log`, how often, and which to raise a notice for.

@load base/utils/conn-ids
@load base/utils/site
@load ./main

module Weird;

export {
	redef enum Log::ID += { LOG };

	redef enum Notice::Type += {
		Activity,	##< A weird that someone should know of.
	};

	## A line of `weird.log`.
	type Info: record {
		## When it happened.
		ts: time &log;
		## The connection's name.
		uid: string &log &optional;
		## The connection's ends.
		id: conn_id &log &optional;
		## The connection, to fill both.
		conn: connection &optional;
		## The weird's name.
		name: string &log;
		## More about it.
		addl: string &log &optional;
		## Whether a notice was raised.
		notice: bool &log &default=F;
		## The node that saw it.
		peer: string &log &optional &default=peer_description;
		## Weirds of a name with the same identifier are about the same thing.
		identifier: string &optional;
	};

	## What to do about a weird.
	type Action: enum {
		ACTION_UNSPECIFIED,	##< Not decided.
		ACTION_IGNORE,	##< Nothing.
		ACTION_LOG,	##< Log it each time.
		ACTION_LOG_ONCE,	##< Log it once.
		ACTION_LOG_PER_CONN,	##< Log it once for each connection.
		ACTION_LOG_PER_ORIG,	##< Log it once for each originator.
		ACTION_NOTICE,	##< Raise a notice each time.
		ACTION_NOTICE_ONCE,	##< Raise a notice once.
		ACTION_NOTICE_PER_CONN,	##< Raise a notice once for each connection.
		ACTION_NOTICE_PER_ORIG,	##< Raise a notice once for each originator.
	};

	## What to do about a weird of some name. All that are not listed are logged.
	const actions: table[string] of Action = {
		["FIN_after_reset"] = ACTION_IGNORE,
		["spontaneous_FIN"] = ACTION_IGNORE,
		["spontaneous_RST"] = ACTION_IGNORE,
		["unsolicited_SYN_response"] = ACTION_IGNORE,
		["simultaneous_open"] = ACTION_LOG_PER_CONN,
		["DNS_label_forward_compress_offset"] = ACTION_LOG_PER_ORIG,
		["DNS_label_len_gt_name_len"] = ACTION_LOG_PER_ORIG,
		["DNS_label_len_gt_pkt"] = ACTION_LOG_PER_ORIG,
		["DNS_label_too_long"] = ACTION_LOG_PER_ORIG,
		["SYN_with_data"] = ACTION_LOG_PER_ORIG,
		["UDP_datagram_length_mismatch"] = ACTION_LOG_PER_ORIG,
		["bad_ICMP_checksum"] = ACTION_LOG_PER_ORIG,
		["bad_IP_checksum"] = ACTION_LOG_PER_ORIG,
		["bad_RPC"] = ACTION_LOG_PER_ORIG,
		["bad_TCP_checksum"] = ACTION_LOG_PER_ORIG,
		["bad_UDP_checksum"] = ACTION_LOG_PER_ORIG,
		["connection_originator_SYN_ack"] = ACTION_LOG_PER_ORIG,
		["excess_RPC"] = ACTION_LOG_PER_ORIG,
		["excessively_small_fragment"] = ACTION_LOG_PER_ORIG,
		["fragment_inconsistency"] = ACTION_LOG_PER_ORIG,
		["fragment_overlap"] = ACTION_LOG_PER_ORIG,
		["fragment_size_inconsistency"] = ACTION_LOG_PER_ORIG,
		["originator_RPC_reply"] = ACTION_LOG_PER_ORIG,
		["partial_RPC"] = ACTION_LOG_PER_ORIG,
		["responder_RPC_call"] = ACTION_LOG_PER_ORIG,
		["FIN_storm"] = ACTION_NOTICE_PER_ORIG,
		["SYN_after_partial"] = ACTION_NOTICE_PER_ORIG,
		["successful_RPC_reply_to_invalid_request"] = ACTION_NOTICE_PER_ORIG,
	} &default=ACTION_LOG &redef;

	## Weirds to ignore, by host.
	option ignore_hosts: set[addr, string] = {};

	## Weirds whose repetitions are not ignored.
	option weird_do_not_ignore_repeats = {
		"bad_IP_checksum", "bad_TCP_checksum", "bad_UDP_checksum", "bad_ICMP_checksum",
	};

	## Names and identifiers of weirds that were dealt with a short while ago, and are ignored until they expire.
	global weird_ignore: set[string, string] &create_expire=10min &redef;

	## Names and identifiers of weirds that have been logged and should not be again.
	global did_log: set[string, string] &create_expire=1day &redef;

	## Names and identifiers of weirds that a notice was raised for and should not be again.
	global did_notice: set[string, string] &create_expire=1day &redef;

	## Raised for each line of `weird.log`.
	##
	## rec: the line.
	global log_weird: event(rec: Info);

	## Deals with a weird.
	##
	## w: the weird.
	global weird: function(w: Weird::Info);
}

# Actions that happen once only, for all or for each originator or connection.
const limiting_actions = {
	ACTION_LOG_ONCE, ACTION_LOG_PER_CONN, ACTION_LOG_PER_ORIG,
	ACTION_NOTICE_ONCE, ACTION_NOTICE_PER_CONN, ACTION_NOTICE_PER_ORIG,
};

# Actions that raise a notice.
const notice_actions = {
	ACTION_NOTICE, ACTION_NOTICE_ONCE, ACTION_NOTICE_PER_CONN, ACTION_NOTICE_PER_ORIG,
};

event bro_init() &priority=5
	{
	Log::create_stream(Weird::LOG, [$columns=Info, $ev=log_weird, $path="weird"]);
	}

# What a limited action counts by.
function limited_by(w: Weird::Info, action: Action, identifier: string): string
	{
	if ( action == ACTION_LOG_ONCE || action == ACTION_NOTICE_ONCE )
		return "";

	if ( w?$id && (action == ACTION_LOG_PER_ORIG || action == ACTION_NOTICE_PER_ORIG) )
		return cat(w$id$orig_h);

	return identifier;
	}

# Raises a notice for a weird.
function raise_notice(w: Weird::Info)
	{
	local n: Notice::Info = [$note=Activity, $msg=w$name];

	if ( w?$conn )
		n$conn = w$conn;
	else
		{
		if ( w?$uid )
			n$uid = w$uid;

		if ( w?$id )
			n$id = w$id;
		}

	if ( w?$addl )
		n$sub = w$addl;

	w$notice = T;
	NOTICE(n);
	}

function weird(w: Weird::Info)
	{
	local action = actions[w$name];
	local identifier = "";

	if ( w?$identifier )
		identifier = w$identifier;
	else if ( w?$id )
		identifier = id_string(w$id);

	if ( action == ACTION_IGNORE || [w$name, identifier] in weird_ignore )
		return;

	if ( w?$conn )
		{
		w$uid = w$conn$uid;
		w$id = w$conn$id;
		}

	if ( w?$id && ([w$id$orig_h, w$name] in ignore_hosts || [w$id$resp_h, w$name] in ignore_hosts) )
		return;

	if ( action in limiting_actions )
		{
		local key = limited_by(w, action, identifier);

		if ( action in notice_actions )
			{
			if ( [w$name, key] in did_notice )
				return;

			add did_notice[w$name, key];
			}
		else
			{
			if ( [w$name, key] in did_log )
				return;

			add did_log[w$name, key];
			}
		}

	if ( action in notice_actions )
		raise_notice(w);

	if ( w$name !in weird_do_not_ignore_repeats )
		add weird_ignore[w$name, identifier];

	Log::write(Weird::LOG, w);
	}

event conn_weird(name: string, c: connection, addl: string)
	{
	local w = Info($ts=network_time(), $name=name, $conn=c, $identifier=id_string(c$id));

	if ( addl != "" )
		w$addl = addl;

	weird(w);
	}

event flow_weird(name: string, src: addr, dst: addr)
	{
	# There are no ports to tell.
	local id = conn_id($orig_h=src, $orig_p=0/unknown, $resp_h=dst, $resp_p=0/unknown);
	weird(Info($ts=network_time(), $name=name, $id=id, $identifier=fmt("%s -> %s", src, dst)));
	}

event net_weird(name: string)
	{
	weird(Info($ts=network_time(), $name=name));
	}
