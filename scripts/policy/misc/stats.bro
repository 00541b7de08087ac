##! Writes to `stats.log` at regular times what the process is doing. The columns about traffic stay zero on a node
##! that sees none.

@load base/frameworks/notice

module Stats;

export {
	redef enum Log::ID += { LOG };

	## How often to write.
	option report_interval = 5min;

	## A line of `stats.log`. Numbers are those since the line before, where they are not said to be of now.
	type Info: record {
		ts: time &log;	##< When it was written.
		peer: string &log;	##< The node.
		mem: count &log;	##< Megabytes of memory, now.
		pkts_proc: count &log;	##< Packets handled.
		bytes_recv: count &log;	##< Bytes received.
		pkts_dropped: count &log &optional;	##< Packets lost.
		pkts_link: count &log &optional;	##< Packets on the link.
		pkt_lag: interval &log &optional;	##< How far behind the clock packets are.
		events_proc: count &log;	##< Events handled.
		events_queued: count &log;	##< Events raised.
		active_tcp_conns: count &log;	##< TCP connections, now.
		active_udp_conns: count &log;	##< UDP connections, now.
		active_icmp_conns: count &log;	##< ICMP connections, now.
		tcp_conns: count &log;	##< TCP connections.
		udp_conns: count &log;	##< UDP connections.
		icmp_conns: count &log;	##< ICMP connections.
		timers: count &log;	##< Timers set.
		active_timers: count &log;	##< Timers pending, now.
		files: count &log;	##< Files.
		active_files: count &log;	##< Files, now.
		dns_requests: count &log;	##< Names and addresses looked up.
		active_dns_requests: count &log;	##< Look-ups without an answer, now.
		reassem_tcp_size: count &log;	##< Bytes of TCP streams held, now.
		reassem_file_size: count &log;	##< Bytes of files held, now.
		reassem_frag_size: count &log;	##< Bytes of fragments held, now.
		reassem_unknown_size: count &log;	##< Other bytes held, now.
	};

	## Raised for each line of `stats.log`.
	global log_stats: event(rec: Info);
}

event bro_init() &priority=5
	{
	Log::create_stream(Stats::LOG, [$columns=Info, $ev=log_stats, $path="stats"]);
	}

event check_stats(then: time, last_ns: NetStats, last_cs: ConnStats, last_ps: ProcStats, last_es: EventStats,
                  last_rs: ReassemblerStats, last_ts: TimerStats, last_fs: FileAnalysisStats, last_ds: DNSStats)
	{
	if ( bro_is_terminating() )
		return;

	local now = network_time();
	local ns = get_net_stats();
	local cs = get_conn_stats();
	local ps = get_proc_stats();
	local es = get_event_stats();
	local rs = get_reassembler_stats();
	local ts = get_timer_stats();
	local fs = get_file_analysis_stats();
	local ds = get_dns_stats();

	local info = Info(
		$ts=now,
		$peer=peer_description,
		$mem=ps$mem / 1048576,
		$pkts_proc=ns$pkts_recvd - last_ns$pkts_recvd,
		$bytes_recv=ns$bytes_recvd - last_ns$bytes_recvd,
		$events_proc=es$dispatched - last_es$dispatched,
		$events_queued=es$queued - last_es$queued,
		$active_tcp_conns=cs$num_tcp_conns,
		$active_udp_conns=cs$num_udp_conns,
		$active_icmp_conns=cs$num_icmp_conns,
		$tcp_conns=cs$cumulative_tcp_conns - last_cs$cumulative_tcp_conns,
		$udp_conns=cs$cumulative_udp_conns - last_cs$cumulative_udp_conns,
		$icmp_conns=cs$cumulative_icmp_conns - last_cs$cumulative_icmp_conns,
		$timers=ts$cumulative - last_ts$cumulative,
		$active_timers=ts$current,
		$files=fs$cumulative - last_fs$cumulative,
		$active_files=fs$current,
		$dns_requests=ds$requests - last_ds$requests,
		$active_dns_requests=ds$pending,
		$reassem_tcp_size=rs$tcp_size,
		$reassem_file_size=rs$file_size,
		$reassem_frag_size=rs$frag_size,
		$reassem_unknown_size=rs$unknown_size);

	if ( reading_live_traffic() )
		{
		info$pkt_lag = current_time() - now;
		info$pkts_dropped = ns$pkts_dropped - last_ns$pkts_dropped;
		info$pkts_link = ns$pkts_link - last_ns$pkts_link;
		}

	Log::write(Stats::LOG, info);
	schedule report_interval { check_stats(now, ns, cs, ps, es, rs, ts, fs, ds) };
	}

event bro_init()
	{
	schedule report_interval {
		check_stats(network_time(), get_net_stats(), get_conn_stats(), get_proc_stats(), get_event_stats(),
		            get_reassembler_stats(), get_timer_stats(), get_file_analysis_stats(), get_dns_stats())
	};
	}
