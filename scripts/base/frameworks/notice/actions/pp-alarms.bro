##! Mails alarms in a form made for people, in place of the lines of `notice_alarm.log`.

@load base/frameworks/cluster
@load ../main
@load ./add-geodata

module Notice;

export {
	## Whether to do so.
	const pretty_print_alarms = T &redef;

	## Who gets the summary; `Notice::mail_dest` where it is empty.
	const mail_dest_pretty_printed = "" &redef;

	## Alarms about hosts in these networks stand out.
	global flag_nets: set[subnet] &redef;

	## Writes one alarm.
	##
	## out: the file to write to.
	##
	## n: the alarm.
	global pretty_print_alarm: function(out: file, n: Info) &redef;

	## Write the summary even where nobody gets it.
	global force_email_summaries = F &redef;
}

# The summary, and whether it is open.
const pp_alarms_name = "alarm-mail.txt";
global pp_alarms: file;
global pp_alarms_open: bool = F;

function want_pp() : bool
	{
	if ( force_email_summaries )
		return T;

	return pretty_print_alarms && ! reading_traces() && (mail_dest != "" || mail_dest_pretty_printed != "");
	}

function pp_open()
	{
	if ( pp_alarms_open )
		return;

	pp_alarms_open = T;
	pp_alarms = open(pp_alarms_name);
	}

# Mails the summary. Where nobody gets it, the file stays.
function pp_send(rinfo: Log::RotationInfo)
	{
	if ( ! pp_alarms_open )
		return;

	write_file(pp_alarms, "\n\n--\n[Automatically generated]\n\n");
	close(pp_alarms);
	pp_alarms_open = F;

	local dest = mail_dest_pretty_printed != "" ? mail_dest_pretty_printed : mail_dest;

	if ( dest == "" )
		return;

	local subject = fmt("Alarm summary from %s-%s", strftime("%H:%M:%S", rinfo$open), strftime("%H:%M:%S", rinfo$close));
	local head_name = cat(pp_alarms_name, ".tmp");
	local head = open(head_name);
	write_file(head, cat(email_headers(subject, dest), "\n"));
	close(head);

	system(fmt("/bin/cat %s %s | %s -t -oi && /bin/rm -f %s %s", head_name, pp_alarms_name, sendmail, head_name,
	           pp_alarms_name));
	}

function pp_postprocessor(info: Log::RotationInfo): bool
	{
	if ( want_pp() )
		pp_send(info);

	return T;
	}

event bro_init()
	{
	# Takes the place of the filter with the lines of the log; its rotation is what sends the mail.
	if ( want_pp() )
		Log::add_filter(Notice::ALARM_LOG, [$name="alarm-mail", $writer=Log::WRITER_NONE,
		                                    $interv=Log::default_mail_alarms_interval, $postprocessor=pp_postprocessor]);
	}

hook notice(n: Notice::Info) &priority=-5
	{
	if ( ACTION_ALARM !in n$actions || ! want_pp() )
		return;

	pp_open();
	pretty_print_alarm(pp_alarms, n);
	}

# Writes an alarm's lines, and the hosts' names behind them.
function print_lines(out: file, n: Info, lines: string_vec, names: string)
	{
	if ( n?$remote_location && n$remote_location?$country_code )
		lines[0] += fmt(" (remote location %s)", n$remote_location$country_code);

	for ( i in lines )
		print out, lines[i];

	if ( names != "" )
		print out, cat("  ", names);

	print out, "";
	}

# Goes on with the second host's name once the first one's is known.
function print_with_names(out: file, n: Info, lines: string_vec, first: string, second: addr)
	{
	if ( second == 0.0.0.0 )
		{
		print_lines(out, n, lines, first);
		return;
		}

	when ( local name = lookup_addr(second) )
		{
		print_lines(out, n, lines, fmt("%s  %s = %s", first, second, name));
		}
	timeout 5secs
		{
		print_lines(out, n, lines, fmt("%s  %s = (dns timeout)", first, second));
		}
	}

function pretty_print_alarm(out: file, n: Info)
	{
	local peer = "";

@if ( Cluster::is_enabled() )
	if ( n?$peer_descr )
		peer = fmt("<%s> ", n$peer_descr);
	else if ( n?$peer_name )
		peer = fmt("<%s> ", n$peer_name);
	else
		peer = "<local> ";
@endif

	local h1 = 0.0.0.0;
	local h2 = 0.0.0.0;
	local who = "";

	if ( n?$id )
		{
		h1 = n$id$orig_h;
		h2 = n$id$resp_h;
		who = fmt("%s:%s -> %s:%s", h1, n$id$orig_p, h2, n$id$resp_p);
		}
	else if ( n?$src )
		{
		h1 = n$src;
		who = cat(h1);

		if ( n?$dst )
			{
			h2 = n$dst;
			who = fmt("%s -> %s", h1, h2);
			}
		else if ( n?$p )
			who = fmt("%s:%s", h1, n$p);
		}

	if ( n?$uid )
		who += fmt(" (uid %s)", n$uid);

	local flag = h1 in flag_nets || h2 in flag_nets ? ">" : " ";
	local lines: string_vec = vector(fmt(">%s %D %s %s", flag, network_time(), n$note, who), fmt("   %s%s", peer, n$msg));

	if ( n?$sub )
		lines += fmt("   %s", n$sub);

	if ( h1 == 0.0.0.0 )
		{
		print_lines(out, n, lines, "");
		return;
		}

	if ( reading_traces() )
		{
		local skipped = fmt(" # %s = <skipped>", h1);

		if ( h2 != 0.0.0.0 )
			skipped += fmt("  %s = <skipped>", h2);

		print_lines(out, n, lines, skipped);
		return;
		}

	when ( local name = lookup_addr(h1) )
		{
		print_with_names(out, n, lines, fmt(" # %s = %s", h1, name), h2);
		}
	timeout 5secs
		{
		print_with_names(out, n, lines, fmt(" # %s = (dns timeout)", h1), h2);
		}
	}
