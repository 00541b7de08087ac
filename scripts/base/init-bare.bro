##! What every run loads first, even a bare one (`-b`): the types that native functions speak of, the constants that
##! the engine reads, and the events that it raises.
##!
##! This file is parsed at each start, so it holds only what a script without traffic can meet. Types, events and
##! constants around packets and connections' contents stand in `base/init-traffic.bro`.

# Names for composite types, used by native functions and by scripts alike.

## Strings numbered by the user, from zero or from one.
type string_array: table[count] of string;
## A set of strings.
type string_set: set[string];
## A set of addresses.
type addr_set: set[addr];
## A set of counts.
type count_set: set[count];
## A list of positions, as `order` returns it.
type index_vec: vector of count;
## A list of subnets.
type subnet_vec: vector of subnet;
## A list of values of any type.
type any_vec: vector of any;
## A list of strings.
type string_vec: vector of string;
## A list of addresses.
type addr_vec: vector of addr;
## A map from strings to strings.
type table_string_of_string: table[string] of string;
## A map from strings to counts.
type table_string_of_count: table[string] of count;
## The memory that globals take, by name; see `global_sizes`.
type var_sizes: table[string] of count;

## The transport protocol of a port.
type transport_proto: enum {
	unknown_transport,	##< None of the others.
	tcp,	##< TCP.
	udp,	##< UDP.
	icmp,	##< ICMP, where the "port" is the message's type or code.
};

## Who talks to whom. The transport protocol is part of the ports.
type conn_id: record {
	orig_h: addr;	##< Address of the side that opened the connection.
	orig_p: port;	##< Port of that side.
	resp_h: addr;	##< Address of the side that answered.
	resp_p: port;	##< Port of that side.
} &log;

module Tunnel;

export {
	## Ways to put packets into packets.
	type Type: enum { NONE, IP, AYIYA, TEREDO, SOCKS, GTPv1, HTTP, GRE };

	## A connection that carries others.
	type EncapsulatingConn: record {
		cid: conn_id;	##< Who talks to whom.
		tunnel_type: Tunnel::Type;	##< How the others are packed.
		uid: string &optional;	##< The connection's own name.
	} &log;
}

module GLOBAL;

## Connections within connections, the outermost first.
type EncapsulatingConnVector: vector of Tunnel::EncapsulatingConn;

## What is known of one side of a connection.
type endpoint: record {
	size: count;	##< Bytes of payload sent.
	state: count;	##< One of the `TCP_*` or `UDP_*` states.
	num_pkts: count &optional;	##< Packets sent.
	num_bytes_ip: count &optional;	##< Bytes sent, IP headers included.
	flow_label: count;	##< The IPv6 flow label, 0 with IPv4.
	l2_addr: string &optional;	##< The link-layer address in the first packet.
};

## A connection. brood sees none itself; scripts still pass such records around and may receive them from other nodes.
type connection: record {
	id: conn_id;	##< Its addresses and ports.
	orig: endpoint;	##< The side that opened it.
	resp: endpoint;	##< The side that answered.
	start_time: time;	##< When its first packet was seen.
	duration: interval;	##< From first to last packet.
	service: set[string];	##< Names of the protocols recognised in it.
	history: string;	##< One letter for each kind of packet, in order.
	uid: string;	##< A name unique over all runs and nodes.
	tunnel: EncapsulatingConnVector &optional;	##< What carries the connection.
	vlan: int &optional;	##< The outer VLAN.
	inner_vlan: int &optional;	##< The inner VLAN.
};

# Records that native functions take or return.

## What a name or an address resolved to.
type dns_mapping: record {
	creation_time: time;	##< When the question was asked.
	req_host: string;	##< The name asked for, else empty.
	req_addr: addr;	##< The address asked for, if it was one.
	valid: bool;	##< Whether there was an answer; without one the other fields mean nothing.
	hostname: string;	##< The name found for an address.
	addrs: addr_set;	##< The addresses found for a name.
};

## A guess at a file's type; see `file_magic`.
type mime_match: record {
	strength: int;	##< How sure the guess is; guesses are sorted by it.
	mime: string;	##< The MIME type.
};
## Guesses, the strongest first.
type mime_matches: vector of mime_match;

## A place on earth; see `lookup_location`.
type geo_location: record {
	country_code: string &optional;	##< Two letters for the country.
	region: string &optional;	##< The region in it.
	city: string &optional;	##< The city.
	latitude: double &optional;	##< Degrees to the north.
	longitude: double &optional;	##< Degrees to the east.
} &log;

## How random data look; see `find_entropy`.
type entropy_test_result: record {
	entropy: double;	##< Bits of information a byte.
	chi_square: double;	##< Chi-square of the bytes' distribution.
	mean: double;	##< The bytes' mean.
	monte_carlo_pi: double;	##< Pi, as the data would have it.
	serial_correlation: double;	##< How far a byte follows from the one before.
};

## What happened to an element of a table or set, for functions given with `&on_change`.
type TableChange: enum {
	TABLE_ELEMENT_NEW,
	TABLE_ELEMENT_CHANGED,
	TABLE_ELEMENT_REMOVED,
	TABLE_ELEMENT_EXPIRED,
};

## What became of a file that `rotate_file` turned over.
type rotate_info: record {
	old_name: string;	##< Its name before.
	new_name: string;	##< Its name now.
	open: time;	##< When it was opened.
	close: time;	##< When it was closed.
};

## Settings of `str_smith_waterman`.
type sw_params: record {
	min_strlen: count &default = 3;	##< Shorter common parts are left out.
	sw_variant: count &default = 0;	##< 0 for one alignment, 1 for repeated ones.
};
## Where a common part stands in one of the strings.
type sw_align: record {
	str: string;	##< The string.
	index: count;	##< The position in it.
};
## One `sw_align` for each string.
type sw_align_vec: vector of sw_align;
## A part that strings have in common.
type sw_substring: record {
	str: string;	##< The part.
	aligns: sw_align_vec;	##< Where it stands.
	new: bool;	##< Whether an alignment starts with it.
};
## Common parts in order.
type sw_substring_vec: vector of sw_substring;

## What is known about a global name; see `global_ids`.
type script_id: record {
	type_name: string;	##< Its type.
	exported: bool;	##< Whether its module exports it.
	constant: bool;	##< Whether it is a constant.
	enum_constant: bool;	##< Whether it is a name of an enum.
	option_value: bool;	##< Whether it is an option.
	redefinable: bool;	##< Whether it has the attribute `&redef`.
	value: any &optional;	##< Its value now.
};
## Global names and what is known about them.
type id_table: table[string] of script_id;

## What is known about a field of a record; see `record_fields`.
type record_field: record {
	type_name: string;	##< Its type.
	log: bool;	##< Whether it is logged.
	value: any &optional;	##< Its value in the record at hand.
	default_val: any &optional;	##< Its `&default`.
};
## Fields and what is known about them.
type record_field_table: table[string] of record_field;

## An argument of an event; see `new_event`.
type call_argument: record {
	name: string;	##< The parameter's name.
	type_name: string;	##< Its type.
	default_val: any &optional;	##< Its `&default`.
	value: any &optional;	##< What was passed.
};
## The arguments of an event in order.
type call_argument_vector: vector of call_argument;

## One of the calls that led somewhere.
type BacktraceElement: record {
	function_name: string;	##< What is called.
	function_args: call_argument_vector;	##< The parameters of the function.
	file_location: string &optional;	##< The script with the call; none of a handler that an event began.
	line_location: count &optional;	##< The line of the call.
};
## The calls that led somewhere, innermost first.
type Backtrace: vector of BacktraceElement;

## An `assert` has failed. A handler that ends with `break` keeps the error from being reported; the running handler ends
## all the same. The first element of `bt` is the place of the assertion.
type assertion_failure: hook(cond: string, msg: string, bt: Backtrace);
## Called for every `assert`, whether it holds or not: for those who count them, since it takes time. A handler that ends
## with `break` keeps the error of one that failed from being reported.
type assertion_result: hook(result: bool, cond: string, msg: string, bt: Backtrace);

## How addresses could be made anonymous. Kept for old scripts.
type IPAddrAnonymization: enum {
	KEEP_ORIG_ADDR, SEQUENTIALLY_NUMBERED, RANDOM_MD5, PREFIX_PRESERVING_A50, PREFIX_PRESERVING_MD5,
};
## Which addresses were made anonymous. Kept for old scripts.
type IPAddrAnonymizationClass: enum { ORIG_ADDR, RESP_ADDR, OTHER_ADDR };

## Numbers the peers of the communication before Broker.
type peer_id: count;

## A peer of the communication before Broker; see `get_event_peer`.
type event_peer: record {
	id: peer_id;	##< Its number, different on each node.
	host: addr;	##< Its address.
	p: port;	##< The port that one of the two connected to.
	is_local: bool;		##< Whether this is the own process.
	descr: string;		##< Its `peer_description`.
	class: string &optional;	##< What it said it was.
};

## Turns one text into another.
type string_mapper: function(s: string): string;

## What `from_json` made of a text.
type from_json_result: record {
	v: any &optional;	##< The value.
	valid: bool;	##< Whether there is one.
	err: string &optional;	##< Why there is none.
};

## Takes the names of fields as they stand in JSON; see `from_json`.
##
## s: the name.
##
## Returns: the name.
function from_json_default_key_mapper(s: string): string
	{
	return s;
	}

# What the native functions named `get_..._stats` return.

## Packets seen; all zero here.
type NetStats: record {
	pkts_recvd: count &default=0;	##< Packets received.
	pkts_dropped: count &default=0;	##< Packets lost.
	pkts_link: count &default=0;	##< Packets on the link.
	bytes_recvd: count &default=0;	##< Bytes received.
};

## Connections tracked; all zero here.
type ConnStats: record {
	total_conns: count;	##< Since the start.
	current_conns: count;	##< Now.
	current_conns_extern: count;	##< Now, seen by others.
	sess_current_conns: count;	##< Now, in the session table.
	num_packets: count;	##< Packets.
	num_fragments: count;	##< Fragments held.
	max_fragments: count;	##< Fragments held at most.
	num_tcp_conns: count;	##< TCP now.
	max_tcp_conns: count;	##< TCP at most.
	cumulative_tcp_conns: count;	##< TCP since the start.
	num_udp_conns: count;	##< UDP now.
	max_udp_conns: count;	##< UDP at most.
	cumulative_udp_conns: count;	##< UDP since the start.
	num_icmp_conns: count;	##< ICMP now.
	max_icmp_conns: count;	##< ICMP at most.
	cumulative_icmp_conns: count;	##< ICMP since the start.
	killed_by_inactivity: count;	##< Given up.
};

## The process.
type ProcStats: record {
	debug: bool;	##< Whether it is a debug build.
	start_time: time;	##< When it started.
	real_time: interval;	##< Time since then.
	user_time: interval;	##< Processor time in the program.
	system_time: interval;	##< Processor time in the system.
	mem: count;	##< Memory taken, in bytes.
	minor_faults: count;	##< Page faults without a disk.
	major_faults: count;	##< Page faults with one.
	num_swap: count;	##< Times swapped out.
	blocking_input: count;	##< Blocking reads.
	blocking_output: count;	##< Blocking writes.
	num_context: count;	##< Times another process was put first.
};

## The event queue.
type EventStats: record {
	queued: count;	##< Events put in so far.
	dispatched: count;	##< Events taken out so far.
};

## Reassembly; all zero here.
type ReassemblerStats: record {
	file_size: count;	##< Bytes of files.
	frag_size: count;	##< Bytes of fragments.
	tcp_size: count;	##< Bytes of TCP streams.
	unknown_size: count;	##< Other bytes.
};

## Regular expressions.
type MatcherStats: record {
	matchers: count;	##< Expressions.
	nfa_states: count;	##< States without determinism.
	dfa_states: count;	##< States with it.
	computed: count;	##< Transitions computed.
	mem: count;	##< Bytes taken.
	hits: count;	##< Transitions found in the cache.
	misses: count;	##< Transitions not found there.
};

## Timers.
type TimerStats: record {
	current: count;	##< Pending now.
	max: count;	##< Pending at most.
	cumulative: count;	##< Set so far.
};

## Files analysed; all zero here.
type FileAnalysisStats: record {
	current: count;	##< Now.
	max: count;	##< At most.
	cumulative: count;	##< So far.
};

## Look-ups of names and addresses.
type DNSStats: record {
	requests: count;	##< Questions asked.
	successful: count;	##< Questions answered.
	failed: count;	##< Questions not answered.
	pending: count;	##< Answers awaited.
	cached_hosts: count;	##< Names remembered.
	cached_addresses: count;	##< Addresses remembered.
};

## Holes in TCP streams; all zero here.
type GapStats: record {
	ack_events: count;	##< Acknowledgements seen.
	ack_bytes: count;	##< Bytes that they covered.
	gap_events: count;	##< Holes.
	gap_bytes: count;	##< Bytes lost in them.
};

## Threads.
type ThreadStats: record {
	num_threads: count;	##< Running now.
};

## Broker.
type BrokerStats: record {
	num_peers: count;	##< Peers now.
	num_stores: count;	##< Stores attached.
	num_pending_queries: count;	##< Answers of stores awaited.
	num_events_incoming: count;	##< Events received.
	num_events_outgoing: count;	##< Events sent.
	num_logs_incoming: count;	##< Log records received.
	num_logs_outgoing: count;	##< Log records sent.
	num_ids_incoming: count;	##< Values of global names received.
	num_ids_outgoing: count;	##< Values of global names sent.
};

## What waits for one peer.
type BrokerPeeringStats: record {
	num_queued: count;	##< Messages that wait now.
	max_queued_recently: count;	##< The most that waited at once within Broker::buffer_stats_reset_interval.
	num_overflows: count;	##< How often there was no room for a message.
};

## What waits for each peer, by the identifiers of their endpoints.
type BrokerPeeringStatsTable: table[string] of BrokerPeeringStats;

## Messages of the reporter.
type ReporterStats: record {
	weirds: count;	##< Weirds so far, those left out by sampling included.
	weirds_by_type: table[string] of count;	##< The same for each name.
};

# Settings of the engine.

## Do not stop when there is nothing left to do: go on until `terminate` is called.
const exit_only_after_terminate = F &redef;
## How this node calls itself to others. The cluster framework sets it to the node's name.
const peer_description = "bro" &redef;
## How often tables look for entries that have expired.
const table_expire_interval = 10 secs &redef;
## How many entries a table looks at in one go.
const table_incremental_step = 5000 &redef;
## How long a table waits before it goes on looking.
const table_expire_delay = 0.01 secs &redef;
## How many timers fire at most before something else gets its turn.
const max_timer_expires = 300 &redef;
## Makes the hashes of probabilistic data structures equal on all nodes that set it to the same text.
const global_hash_seed: string = "" &redef;
## How many bits `unique_id` draws, at most 128.
const bits_per_uid: count = 96 &redef;
## Warn at start about event handlers that nothing will call.
const check_for_unused_event_handlers = F &redef;
## How many files stay open at a time, 0 to ask the system.
const max_files_in_cache = 0 &redef;
## Where databases of places are (`.mmdb` files).
const mmdb_dir: string = "" &redef;
## The file given with `-w`: none, for nothing is captured.
const trace_output_file = "";
## Write every captured packet into the trace file.
const record_all_packets = F &redef;
## Ignore wrong checksums of packets.
const ignore_checksums = F &redef;
## The filter given with `-f`.
const cmd_line_bpf_filter = "" &redef;
## Where state was kept by `&persistent`.
const state_dir = ".state" &redef;
## The pause between two writes of such state.
const state_write_delay = 0.01 secs &redef;
## How long the process may hang before it is ended.
const watchdog_interval = 10 sec &redef;
## Where profiling goes to.
global profiling_file: file &redef;
## How often profiling is written, 0 for never.
const profiling_interval = 0 secs &redef;
## Every how many times the costly part of it is written.
const expensive_profiling_multiple = 0 &redef;
## Filters for what to capture.
global capture_filters: table[string] of string &redef;
## Filters for what not to capture.
global restrict_filters: table[string] of string &redef;

# Settings that 2.6 itself no longer obeys; old scripts and layouts still name them.

const log_rotate_interval = 0 sec &redef;	##< Without effect.
const log_rotate_base_time = "0:00" &redef;	##< Without effect.
const log_max_size = 0.0 &redef;	##< Without effect.
const log_encryption_key = "<undefined>" &redef;	##< Without effect.
const enable_syslog = F &redef;	##< Without effect.
const suppress_local_output = F &redef;	##< Without effect.
const forward_remote_events = F &redef;	##< Without effect.
const forward_remote_state_changes = F &redef;	##< Without effect.
const ssl_ca_certificate = "<undefined>" &redef;	##< Without effect.
const ssl_private_key = "<undefined>" &redef;	##< Without effect.
const ssl_passphrase = "<undefined>" &redef;	##< Without effect.
const max_remote_events_processed = 10 &redef;	##< Without effect.
const old_comm_usage_is_ok: bool = F &redef;	##< Without effect.
const PEER_ID_NONE = 0;	##< The number of no peer.

module EventMetadata;

export {
	## What can go with an event beside its arguments.
	type ID: enum {
		## The network time at which it was raised.
		NETWORK_TIMESTAMP = 1,
	};

	## Something that goes with an event.
	type Entry: record {
		## What it is.
		id: EventMetadata::ID;
		## Its value, of the type that EventMetadata::register was given.
		val: any;
	};

	## Have every event carry the network time at which it was raised, also to other nodes. A scheduled event
	## carries the time for which it was scheduled. See current_event_time.
	const add_network_timestamp = F &redef;

	## Give events of other nodes that carry no time the time at which they arrive. Needs
	## EventMetadata::add_network_timestamp.
	const add_missing_remote_network_timestamp = F &redef;
}

module GLOBAL;

## Things that go with an event.
type event_metadata_vec: vector of EventMetadata::Entry;

module JSON;

export {
	## How points in time are written as JSON.
	type TimestampFormat: enum {
		TS_EPOCH,	##< Seconds since 1970, with a fraction.
		TS_MILLIS,	##< Milliseconds since 1970, a whole number.
		TS_ISO8601,	##< Date and time of day, as ISO 8601 writes them.
	};
}

module Reporter;

export {
	## How grave a message is.
	type Level: enum {
		INFO = 0,	##< Good to know.
		WARNING = 1,	##< Perhaps a mistake.
		ERROR = 2,	##< A mistake.
	};

	const info_to_stderr = T &redef;	##< Print informational messages on standard error as well.
	const warnings_to_stderr = T &redef;	##< Print warnings on standard error as well.
	const errors_to_stderr = T &redef;	##< Print errors on standard error as well.
}

module Weird;

export {
	## Names of weirds that are never sampled.
	option sampling_whitelist: set[string] = {};
	## How many weirds of one name pass before sampling starts.
	option sampling_threshold : count = 25;
	## Of how many weirds one passes then; 0 for none.
	option sampling_rate : count = 1000;
	## How long weirds of one name are counted before all pass again.
	option sampling_duration = 10min;
}

module Threading;

export {
	const heartbeat_interval = 1.0 secs &redef;	##< How often threads of a capturing Bro report.
}

module Pcap;

export {
	const snaplen = 9216 &redef;	##< Bytes of a packet to capture.
	const bufsize = 128 &redef;	##< Megabytes to buffer packets in.
}

module GLOBAL;

# Events that the engine raises.

## The first event: all scripts are loaded, nothing else has happened.
global bro_init: event();
## The last event, before the program ends.
global bro_done: event();
## What Zeek calls `bro_init`.
global zeek_init: event();
## What Zeek calls `bro_done`.
global zeek_done: event();
## The network is no longer read; just before `bro_done`.
##
## t: when that was.
global net_done: event(t: time);
## A script has been loaded; raised at start, once for each.
##
## path: the script.
##
## level: how many scripts are between it and the one loaded first.
global bro_script_loaded: event(path: string, level: count);
## What Zeek calls `bro_script_loaded`.
global zeek_script_loaded: event(path: string, level: count);
## A message for information.
##
## t: when it was written.
##
## msg: the message.
##
## location: the script and line, if known.
global reporter_info: event(t: time, msg: string, location: string);
## A warning; the arguments are those of `reporter_info`.
global reporter_warning: event(t: time, msg: string, location: string);
## An error; the arguments are those of `reporter_info`.
global reporter_error: event(t: time, msg: string, location: string);
## Something odd in a connection; see `Reporter::conn_weird`.
global conn_weird: event(name: string, c: connection, addl: string);
## Something odd between two hosts; see `Reporter::flow_weird`.
global flow_weird: event(name: string, src: addr, dst: addr);
## Something odd; see `Reporter::net_weird`.
global net_weird: event(name: string);
## An event was raised that has a handler; raised before it is handled.
global new_event: event(name: string, params: call_argument_vector);
## Events before this one have been handled.
global event_queue_flush_point: event();
## A file was opened for writing.
global file_opened: event(f: file);
## A file is due to be turned over by its age.
global rotate_interval: event(f: file);
## A file is due to be turned over by its size.
global rotate_size: event(f: file);
## Something was printed into a file.
global print_hook: event(f: file, s: string);
## Profiling was written.
global profiling_update: event(f: file, expensive: bool);
## A name or address resolved as it did before.
global dns_mapping_valid: event(dm: dns_mapping);
## A name or address that resolved before did not.
global dns_mapping_unverified: event(dm: dns_mapping);
## An address that had no name has one.
global dns_mapping_new_name: event(dm: dns_mapping);
## An address that had a name has none.
global dns_mapping_lost_name: event(dm: dns_mapping);
## A name resolved to other addresses than before.
global dns_mapping_altered: event(dm: dns_mapping, old_addrs: addr_set, new_addrs: addr_set);

# Events of connections. Nothing here raises them; another node or a test may.

## The first packet of a connection.
global new_connection: event(c: connection);
## A TCP connection is open.
global connection_established: event(c: connection);
## A connection is about to be forgotten.
global connection_state_remove: event(c: connection);
## A connection was silent for too long.
global connection_timeout: event(c: connection);

# Small functions that other scripts take for granted.

## Whether `net_done` has been raised.
global done_with_network = F;

event net_done(t: time)
	{
	done_with_network = T;
	}

## The name of a log file: the tag and the usual suffix, which the variable `BRO_LOG_SUFFIX` can change.
##
## tag: what is logged.
global log_file_name: function(tag: string): string &redef;

## Opens the file that `log_file_name` names.
##
## tag: what is logged.
global open_log_file: function(tag: string): file &redef;

function log_file_name(tag: string): string
	{
	local suffix = getenv("BRO_LOG_SUFFIX");
	return cat(tag, ".", suffix == "" ? "log" : suffix);
	}

function open_log_file(tag: string): file
	{
	return open(log_file_name(tag));
	}

## Joins what is added to `interfaces`.
function add_interface(iold: string, inew: string): string
	{
	return iold == "" ? inew : cat(iold, " ", inew);
	}

## The interfaces to capture on.
global interfaces = "" &add_func = add_interface;

## Joins what is added to `signature_files`.
function add_signature_file(sold: string, snew: string): string
	{
	return sold == "" ? snew : cat(sold, " ", snew);
	}

## The signature files, as `@load-sigs` collects them.
global signature_files = "" &add_func = add_signature_file;

@load base/init-frameworks-and-bifs
