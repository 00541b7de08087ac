##! The names around packets, connections and files that a capturing Bro knows: types, constants and events. Nothing here
##! raises these events or obeys these constants; the names are there so that scripts which handle traffic beside the
##! cluster's work still load, and so that other nodes and tests can send such events.

# Kinds of things that a capturing Bro takes apart.

module Analyzer;

export {
	## Protocols. The list is a selection.
	type Tag: enum {
		ANALYZER_CONTENTS, ANALYZER_DHCP, ANALYZER_DNS, ANALYZER_FTP, ANALYZER_HTTP, ANALYZER_ICMP, ANALYZER_IRC,
		ANALYZER_KRB, ANALYZER_MODBUS, ANALYZER_MYSQL, ANALYZER_NTP, ANALYZER_RDP, ANALYZER_SIP, ANALYZER_SMB,
		ANALYZER_SMTP, ANALYZER_SNMP, ANALYZER_SOCKS, ANALYZER_SSH, ANALYZER_SSL, ANALYZER_SYSLOG, ANALYZER_TCP,
		ANALYZER_UDP,
	};
}

module Files;

export {
	## What can be done to a file's contents. The list is a selection.
	type Tag: enum {
		ANALYZER_DATA_EVENT, ANALYZER_EXTRACT, ANALYZER_MD5, ANALYZER_PE, ANALYZER_SHA1, ANALYZER_SHA256,
		ANALYZER_X509,
	};
}

module GLOBAL;

## A set of things to do to a file.
type files_tag_set: set[Files::Tag];

# States of connections.

const TCP_INACTIVE = 0;	##< Nothing seen.
const TCP_SYN_SENT = 1;	##< It asked for a connection.
const TCP_SYN_ACK_SENT = 2;	##< It agreed to one.
const TCP_PARTIAL = 3;	##< It sent data out of nowhere.
const TCP_ESTABLISHED = 4;	##< The connection is open.
const TCP_CLOSED = 5;	##< It closed the connection.
const TCP_RESET = 6;	##< It reset the connection.
const UDP_INACTIVE = 0;	##< Nothing seen.
const UDP_ACTIVE = 1;	##< It sent something.

const ENDIAN_UNKNOWN = 0;	##< Byte order not known.
const ENDIAN_LITTLE = 1;	##< Little end first.
const ENDIAN_BIG = 2;	##< Big end first.
const ENDIAN_CONFUSED = 3;	##< Signs of both.

const CONTENTS_NONE = 0;	##< Keep no contents.
const CONTENTS_ORIG = 1;	##< Keep the originator's.
const CONTENTS_RESP = 2;	##< Keep the responder's.
const CONTENTS_BOTH = 3;	##< Keep both.

# Numbers in packets.

const ICMP_UNREACH_NET = 0;	##< No way to the network.
const ICMP_UNREACH_HOST = 1;	##< No way to the host.
const ICMP_UNREACH_PROTOCOL = 2;	##< Protocol not spoken there.
const ICMP_UNREACH_PORT = 3;	##< Nobody at the port.
const ICMP_UNREACH_NEEDFRAG = 4;	##< Too large for one packet.
const ICMP_UNREACH_ADMIN_PROHIB = 13;	##< Forbidden.

const IPPROTO_IP = 0;	##< IP itself.
const IPPROTO_ICMP = 1;	##< ICMP.
const IPPROTO_IGMP = 2;	##< IGMP.
const IPPROTO_IPIP = 4;	##< IP in IP.
const IPPROTO_TCP = 6;	##< TCP.
const IPPROTO_UDP = 17;	##< UDP.
const IPPROTO_IPV6 = 41;	##< IPv6.
const IPPROTO_ICMPV6 = 58;	##< ICMP for IPv6.
const IPPROTO_RAW = 255;	##< Raw IP.
const IPPROTO_HOPOPTS = 0;	##< IPv6 options for each hop.
const IPPROTO_ROUTING = 43;	##< IPv6 routing.
const IPPROTO_FRAGMENT = 44;	##< IPv6 fragment.
const IPPROTO_ESP = 50;	##< Encrypted payload.
const IPPROTO_AH = 51;	##< Authentication.
const IPPROTO_NONE = 59;	##< No next header.
const IPPROTO_DSTOPTS = 60;	##< IPv6 options for the destination.
const IPPROTO_MOBILITY = 135;	##< IPv6 mobility.

const TH_FIN = 1;	##< No more data.
const TH_SYN = 2;	##< Start.
const TH_RST = 4;	##< Reset.
const TH_PUSH = 8;	##< Hand over at once.
const TH_ACK = 16;	##< Acknowledges.
const TH_URG = 32;	##< Urgent.
const TH_FLAGS = 63;	##< All flags.

# Settings of the capturing engine that site scripts like to change.

const partial_connection_ok = T &redef;	##< Follow connections whose start was missed.
const tcp_SYN_ack_ok = T &redef;	##< Follow connections whose first packet is the answer.
const tcp_match_undelivered = T &redef;	##< Match signatures against what was not delivered.
const tcp_SYN_timeout = 5 secs &redef;	##< How long to wait for an answer.
const tcp_session_timer = 6 secs &redef;	##< How long closing may take.
const tcp_connection_linger = 5 secs &redef;	##< How long a closed connection is kept.
const tcp_attempt_delay = 5 secs &redef;	##< How long until an attempt has failed.
const tcp_close_delay = 5 secs &redef;	##< How long a half-closed connection is kept.
const tcp_reset_delay = 5 secs &redef;	##< How long a reset connection is kept.
const tcp_partial_close_delay = 3 secs &redef;	##< How long a partial connection is kept.
const non_analyzed_lifetime = 0 secs &redef;	##< How long other connections are kept, 0 for ever.
const tcp_inactivity_timeout = 5 min &redef;	##< How long TCP may be silent.
const udp_inactivity_timeout = 1 min &redef;	##< How long UDP may be silent.
const icmp_inactivity_timeout = 1 min &redef;	##< How long ICMP may be silent.
const tcp_max_initial_window = 16384 &redef;	##< How much may be sent before an answer.
const tcp_max_above_hole_without_any_acks = 16384 &redef;	##< How much is kept above a hole.
const tcp_excessive_data_without_further_acks = 10 * 1024 * 1024 &redef;	##< How much is kept without an answer.
const tcp_max_old_segments = 0 &redef;	##< How many old segments are kept.
const tcp_content_delivery_ports_orig: table[port] of bool = {} &redef;	##< Ports to deliver originators' data of.
const tcp_content_delivery_ports_resp: table[port] of bool = {} &redef;	##< Ports to deliver responders' data of.
const udp_content_delivery_ports_orig: table[port] of bool = {} &redef;	##< The same for UDP.
const udp_content_delivery_ports_resp: table[port] of bool = {} &redef;	##< The same for UDP.
const tcp_content_deliver_all_orig = F &redef;	##< Deliver all of the originators' data.
const tcp_content_deliver_all_resp = F &redef;	##< Deliver all of the responders' data.
const udp_content_deliver_all_orig = F &redef;	##< The same for UDP.
const udp_content_deliver_all_resp = F &redef;	##< The same for UDP.
const dns_session_timeout = 10 sec &redef;	##< How long a question is remembered.
const ntp_session_timeout = 300 sec &redef;	##< How long a question is remembered.
const rpc_timeout = 24 sec &redef;	##< How long a call is remembered.
const frag_timeout = 0.0 sec &redef;	##< How long fragments are kept, 0 for ever.
const encap_hdr_size = 0 &redef;	##< Bytes to skip in front of each packet.
const use_conn_size_analyzer = T &redef;	##< Count packets and bytes.
const detect_filtered_trace = F &redef;	##< Be lenient with traces that lack data.
const report_gaps_for_partial = F &redef;	##< Report holes in partial connections.
const packet_filter_default = F &redef;	##< Drop packets that nothing lets in.
const sig_max_group_size = 50 &redef;	##< How many signatures are matched together.
const dpd_reassemble_first_packets = T &redef;	##< Put the first packets in order for signatures.
const dpd_buffer_size = 1024 &redef;	##< How much is kept to recognise the protocol.
const dpd_match_only_beginning = T &redef;	##< Look no further than that.
const dpd_ignore_ports = F &redef;	##< Do not go by ports.
const likely_server_ports: set[port] &redef;	##< Ports that servers use.
const ignore_keep_alive_rexmit = F &redef;	##< Do not count repeated bytes that keep connections open.
option default_file_timeout_interval: interval = 2 mins;	##< How long a file may be silent.
option default_file_bof_buffer_size: count = 4096;	##< How much is kept to recognise a file's type.

# Records that come with the events.

## A flow in one direction.
type flow_id: record {
	src_h: addr;	##< The source's address.
	src_p: port;	##< The source's port.
	dst_h: addr;	##< The destination's address.
	dst_p: port;	##< The destination's port.
} &log;

## An ICMP message.
type icmp_conn: record {
	orig_h: addr;	##< Who sent it.
	resp_h: addr;	##< To whom.
	itype: count;	##< Its type.
	icode: count;	##< Its code.
	len: count;	##< Its length.
	hlim: count;	##< How many hops it may still go.
	v6: bool;	##< Whether it is of IPv6.
};

## The packet that an ICMP message is about.
type icmp_context: record {
	id: conn_id;	##< Who talked to whom.
	len: count;	##< The packet's length.
	proto: count;	##< Its protocol.
	frag_offset: count;	##< Its place, if it is a fragment.
	bad_hdr_len: bool;	##< Whether too little of it is there to tell.
	bad_checksum: bool;	##< Whether its checksum is wrong.
	MF: bool;	##< Whether more fragments follow.
	DF: bool;	##< Whether it may not be split.
};

## What one side of a connection sent.
type endpoint_stats: record {
	num_pkts: count;	##< Packets.
	num_rxmit: count;	##< Packets sent again.
	num_rxmit_bytes: count;	##< Bytes sent again.
	num_in_order: count;	##< Packets in order.
	num_OO: count;	##< Packets out of order.
	num_repl: count;	##< Packets sent twice in a row.
	endian_type: count;	##< Its byte order, as far as one can tell.
};

## The packet that asks for a TCP connection.
type SYN_packet: record {
	is_orig: bool;	##< Whether the originator sent it.
	DF: bool;	##< Whether it may not be split.
	ttl: count;	##< How many hops it may still go.
	size: count;	##< Its size.
	win_size: count;	##< The window.
	win_scale: int;	##< The window's scale, or -1.
	MSS: count;	##< The largest segment, or 0.
	SACK_OK: bool;	##< Whether acknowledgements may be selective.
};

## A file that passes through connections.
type fa_file: record {
	id: string;	##< Its name.
	parent_id: string &optional;	##< The file that it is part of.
	source: string;	##< Where it comes from, such as "HTTP".
	is_orig: bool &optional;	##< Whether the originator sends it.
	conns: table[conn_id] of connection &optional;	##< The connections.
	last_active: time;	##< When something of it came last.
	seen_bytes: count &default=0;	##< Bytes seen.
	total_bytes: count &optional;	##< Bytes there should be.
	missing_bytes: count &default=0;	##< Bytes missed.
	overflow_bytes: count &default=0;	##< Bytes not put in order.
	timeout_interval: interval &default=default_file_timeout_interval;	##< How long it may be silent.
	bof_buffer_size: count &default=default_file_bof_buffer_size;	##< How much of its start is kept.
	bof_buffer: string &optional;	##< Its start.
} &redef;

## What a file's contents tell about it.
type fa_metadata: record {
	mime_type: string &optional;	##< Its most likely type.
	mime_types: mime_matches &optional;	##< All likely types.
	inferred: bool &default=T;	##< Whether the type is a guess rather than what the protocol said.
};

## A signature that matched.
type signature_state: record {
	sig_id: string;	##< The signature.
	conn: connection;	##< The connection.
	is_orig: bool;	##< Whether it matched the originator's data.
	payload_size: count;	##< The size of the first packet.
};

## Link layers.
type link_encap: enum { LINK_ETHERNET, LINK_UNKNOWN };
## Network layers.
type layer3_proto: enum { L3_IPV4, L3_IPV6, L3_ARP, L3_UNKNOWN };

## A packet as captured.
type pcap_packet: record {
	ts_sec: count;	##< Seconds of its time.
	ts_usec: count;	##< Microseconds of its time.
	caplen: count;	##< Bytes captured.
	len: count;	##< Bytes it had.
	data: string;	##< The bytes.
	link_type: link_encap;	##< The link layer.
};

## The header of the link layer.
type l2_hdr: record {
	encap: link_encap;	##< The link layer.
	len: count;	##< Bytes.
	cap_len: count;	##< Bytes captured.
	src: string &optional;	##< From.
	dst: string &optional;	##< To.
	vlan: count &optional;	##< The outer VLAN.
	inner_vlan: count &optional;	##< The inner VLAN.
	eth_type: count &optional;	##< Ethernet's number for what follows.
	proto: layer3_proto;	##< The network layer.
};

## The header of IPv4.
type ip4_hdr: record {
	hl: count;	##< Its length.
	tos: count;	##< The service.
	len: count;	##< The packet's length.
	id: count;	##< The packet's number.
	ttl: count;	##< How many hops it may still go.
	p: count;	##< The protocol.
	src: addr;	##< From.
	dst: addr;	##< To.
};

## The header of IPv6; its extensions are left out.
type ip6_hdr: record {
	class: count;	##< The traffic's class.
	flow: count;	##< The flow's label.
	len: count;	##< The payload's length.
	nxt: count;	##< What follows.
	hlim: count;	##< How many hops it may still go.
	src: addr;	##< From.
	dst: addr;	##< To.
};

## The header of TCP.
type tcp_hdr: record {
	sport: port;	##< From.
	dport: port;	##< To.
	seq: count;	##< The first byte's number.
	ack: count;	##< The next byte expected.
	hl: count;	##< The header's length.
	dl: count;	##< The data's length.
	flags: count;	##< The flags.
	win: count;	##< The window.
};

## The header of UDP.
type udp_hdr: record {
	sport: port;	##< From.
	dport: port;	##< To.
	ulen: count;	##< The length.
};

## The header of ICMP.
type icmp_hdr: record {
	icmp_type: count;	##< The type.
};

## The headers of a packet.
type pkt_hdr: record {
	ip: ip4_hdr &optional;	##< IPv4.
	ip6: ip6_hdr &optional;	##< IPv6.
	tcp: tcp_hdr &optional;	##< TCP.
	udp: udp_hdr &optional;	##< UDP.
	icmp: icmp_hdr &optional;	##< ICMP.
};

## The headers of a packet, the link layer's too.
type raw_pkt_hdr: record {
	l2: l2_hdr;	##< The link layer.
	ip: ip4_hdr &optional;	##< IPv4.
	ip6: ip6_hdr &optional;	##< IPv6.
	tcp: tcp_hdr &optional;	##< TCP.
	udp: udp_hdr &optional;	##< UDP.
	icmp: icmp_hdr &optional;	##< ICMP.
};

# Connections.

## A packet of any kind.
global raw_packet: event(p: raw_pkt_hdr);
## A packet of a connection.
global new_packet: event(c: connection, p: pkt_hdr);
## The contents of a packet.
global packet_contents: event(c: connection, contents: string);
## A connection entered or left a tunnel.
global tunnel_changed: event(c: connection, e: EncapsulatingConnVector);
## A connection took the ports of one that was still known.
global connection_reused: event(c: connection);
## A connection goes on.
global connection_status_update: event(c: connection);
## The IPv6 flow label of one side changed.
global connection_flow_label_changed: event(c: connection, is_orig: bool, old_label: count, new_label: count);
## Another program told of a connection.
global connection_external: event(c: connection, tag: string);
## A protocol was recognised.
global protocol_confirmation: event(c: connection, atype: Analyzer::Tag, aid: count);
## A protocol was not kept to.
global protocol_violation: event(c: connection, atype: Analyzer::Tag, aid: count, reason: string);
## A protocol that was foretold for a connection is looked for in it.
global scheduled_analyzer_applied: event(c: connection, a: Analyzer::Tag);
## Data were sent again, and differ.
global rexmit_inconsistency: event(c: connection, t1: string, t2: string, tcp_flags: string);
## Data were missed.
global content_gap: event(c: connection, is_orig: bool, seq: count, length: count);
## What both sides sent.
global conn_stats: event(c: connection, os: endpoint_stats, rs: endpoint_stats);
## One side has sent so many bytes.
global conn_bytes_threshold_crossed: event(c: connection, threshold: count, is_orig: bool);
## One side has sent so many packets.
global conn_packets_threshold_crossed: event(c: connection, threshold: count, is_orig: bool);
## A signature matched.
global signature_match: event(state: signature_state, msg: string, data: string);

# TCP, UDP and ICMP.

## A connection was asked for in vain.
global connection_attempt: event(c: connection);
## A connection was refused.
global connection_rejected: event(c: connection);
## A connection was reset.
global connection_reset: event(c: connection);
## A connection was closed.
global connection_finished: event(c: connection);
## A connection whose start was missed goes on.
global partial_connection: event(c: connection);
## One side of a partial connection closed it.
global connection_partial_close: event(c: connection);
## One side closed a connection, of which the other was not seen.
global connection_half_finished: event(c: connection);
## A connection was still open when the program ended.
global connection_pending: event(c: connection);
## A packet that asks for a connection.
global connection_SYN_packet: event(c: connection, pkt: SYN_packet);
## The first acknowledgement.
global connection_first_ACK: event(c: connection);
## One side will send no more.
global connection_EOF: event(c: connection, is_orig: bool);
## A connection whose contents will be delivered.
global new_connection_contents: event(c: connection);
## A TCP packet.
global tcp_packet: event(c: connection, is_orig: bool, flags: string, seq: count, ack: count, len: count,
                         payload: string);
## Data of a TCP connection, in order.
global tcp_contents: event(c: connection, is_orig: bool, seq: count, contents: string);
## A UDP packet from the originator.
global udp_request: event(u: connection);
## A UDP packet from the responder.
global udp_reply: event(u: connection);
## Data of a UDP packet.
global udp_contents: event(u: connection, is_orig: bool, contents: string);
## A UDP exchange is over.
global udp_session_done: event(u: connection);
## An ICMP message of no other kind.
global icmp_sent: event(c: connection, icmp: icmp_conn);
## An echo is asked for.
global icmp_echo_request: event(c: connection, icmp: icmp_conn, id: count, seq: count, payload: string);
## An echo.
global icmp_echo_reply: event(c: connection, icmp: icmp_conn, id: count, seq: count, payload: string);
## A packet could not be delivered.
global icmp_unreachable: event(c: connection, icmp: icmp_conn, code: count, context: icmp_context);
## A packet took too many hops.
global icmp_time_exceeded: event(c: connection, icmp: icmp_conn, code: count, context: icmp_context);

# Files.

## A name is needed for what a connection carries.
global get_file_handle: event(tag: Analyzer::Tag, c: connection, is_orig: bool);
## A file begins.
global file_new: event(f: fa_file);
## A file goes on in another connection.
global file_over_new_connection: event(f: fa_file, c: connection, is_orig: bool);
## A file's type was guessed.
global file_sniff: event(f: fa_file, meta: fa_metadata);
## A file was silent for too long.
global file_timeout: event(f: fa_file);
## Part of a file was missed.
global file_gap: event(f: fa_file, offset: count, len: count);
## Part of a file was not put in order.
global file_reassembly_overflow: event(f: fa_file, offset: count, skipped: count);
## A file is about to be forgotten.
global file_state_remove: event(f: fa_file);
