##! Notices: scripts report what is remarkable by calling `NOTICE`, and the site decides what to do about it in
##! handlers of `Notice::policy`. In a cluster, notices are handled on the manager, or each where it is raised.

@load base/init-traffic
@load base/frameworks/cluster
@load base/utils/hash_hrw

module Notice;

export {
	## Whether each node of a cluster handles the notices that it raises and tells the others what they suppress, as
	## Zeek's nodes do. Otherwise the manager handles all notices, as Bro's does.
	const handled_where_raised = HashHRW::release >= 3.0 &redef;

	redef enum Log::ID += {
		## The stream of notices.
		LOG,
		## The stream of alarms.
		ALARM_LOG,
	};

	## Kinds of notices. Scripts add their own with `redef enum Notice::Type += { Something_Happened };`.
	type Type: enum {
		Tally,	##< Tells how often another notice occurred.
	};

	## What can be done about a notice.
	type Action: enum {
		ACTION_NONE,	##< Nothing.
		ACTION_LOG,	##< Write it to `notice.log`.
		ACTION_EMAIL,	##< Mail it to `Notice::mail_dest`.
		ACTION_ALARM,	##< Write it to `notice_alarm.log`, of which a summary is mailed.
	};

	## Things to do about a notice.
	type ActionSet: set[Notice::Action];

	## How long a notice suppresses others with the same *identifier*; 0 for not at all.
	option default_suppression_interval = 1hrs;

	## A notice. Only *note* is needed.
	type Info: record {
		## When it was raised.
		ts: time &log &optional;
		## The connection's name.
		uid: string &log &optional;
		## The connection's ends.
		id: conn_id &log &optional;
		## The connection: fills *uid* and *id*, and is dropped then.
		conn: connection &optional;
		## The ICMP message: fills *src* and *dst*, and is dropped then.
		iconn: icmp_conn &optional;
		## The file: fills the fields about files, and is dropped then.
		f: fa_file &optional;
		## The file's name.
		fuid: string &log &optional;
		## The file's type.
		file_mime_type: string &log &optional;
		## What the file is, in words.
		file_desc: string &log &optional;
		## The transport protocol, as far as *p* or *iconn* tell.
		proto: transport_proto &log &optional;
		## The notice's kind.
		note: Type &log;
		## What happened, in words.
		msg: string &log &optional;
		## More about it.
		sub: string &log &optional;
		## The source, if there is no connection.
		src: addr &log &optional;
		## The destination, if there is no connection.
		dst: addr &log &optional;
		## The port, if there is no connection.
		p: port &log &optional;
		## A number that belongs to it.
		n: count &log &optional;
		## The node that raised it.
		peer_name: string &optional;
		## The node that raised it, in words.
		peer_descr: string &log &optional;
		## What is done about it.
		actions: ActionSet &log &default=ActionSet();
@if ( Notice::handled_where_raised )
		## Who gets a mail about it.
		email_dest: set[string] &log &default=set();
@endif
		## Texts to add to a mail. Handlers of `Notice::notice` put them here.
		email_body_sections: vector of string &optional;
		## A mail waits while there is something in here, but no longer than `Notice::max_email_delay`.
		email_delay_tokens: set[string] &optional;
		## Notices of a kind with the same identifier are about the same thing: one suppresses the others.
		identifier: string &optional;
		## For how long it does.
		suppress_for: interval &log &default=default_suppression_interval;
	};

	## Kinds to drop.
	option ignored_types: set[Notice::Type] = {};
	## Kinds to mail.
	option emailed_types: set[Notice::Type] = {};
	## Kinds to alarm about.
	option alarmed_types: set[Notice::Type] = {};
	## Kinds that never suppress others.
	option not_suppressed_types: set[Notice::Type] = {};
	## How long notices of a kind suppress others.
	const type_suppression_intervals: table[Notice::Type] of interval = {} &redef;

	## Decides what to do about a notice, by changing its *actions*; `break` ends the decision.
	global policy: hook(n: Notice::Info);

	## The program that sends mail.
	option sendmail = "/usr/sbin/sendmail";
	## Who gets mail; nobody where it is empty.
	const mail_dest = "" &redef;
	## Who mail is from.
	option mail_from = "Big Brother <bro@localhost>";
	## Who gets answers to mail.
	option reply_to = "";
	## What the subjects of mail begin with.
	option mail_subject_prefix = "[Bro]";
	## How long handlers may hold a mail back.
	const max_email_delay = 15secs &redef;

	## What a notice keeps of a file.
	type FileInfo: record {
		fuid: string;	##< The file's name.
		desc: string;	##< What it is, in words.
		mime: string &optional;	##< Its type.
		cid: conn_id &optional;	##< The ends of its connection, if it has just one.
		cuid: string &optional;	##< That connection's name.
	};

	## Picks from a file what a notice keeps of it.
	##
	## f: the file.
	##
	## Returns: the pick.
	global create_file_info: function(f: fa_file): Notice::FileInfo;

	## Fills a notice's fields about files.
	##
	## f: the file.
	##
	## n: the notice.
	global populate_file_info: function(f: fa_file, n: Notice::Info);

	## Fills a notice's fields about files.
	##
	## fi: what is known of the file.
	##
	## n: the notice.
	global populate_file_info2: function(fi: Notice::FileInfo, n: Notice::Info);

	## Mails a closed log file to `Notice::mail_dest` and deletes it.
	##
	## info: the file.
	##
	## Returns: T.
	global log_mailing_postprocessor: function(info: Log::RotationInfo): bool;

	## Runs for each notice once it is decided what to do; the handlers do it.
	##
	## n: the notice.
	global notice: hook(n: Info);

	## A notice suppresses others from now on.
	##
	## ts: when it was raised.
	##
	## suppress_for: for how long.
	##
	## note: its kind.
	##
	## identifier: what it is about.
	global begin_suppression: event(ts: time, suppress_for: interval, note: Type, identifier: string);

	## Tells whether another notice suppresses this one.
	##
	## n: the notice.
	global is_being_suppressed: function(n: Notice::Info): bool;

	## A notice was suppressed.
	##
	## n: the notice.
	global suppressed: event(n: Notice::Info);

	## Mails a notice.
	##
	## n: the notice.
	##
	## dest: who gets it.
	##
	## extend: whether to add *email_body_sections*.
	global email_notice_to: function(n: Info, dest: string, extend: bool);

	## Makes the head of a mail.
	##
	## subject_desc: the subject.
	##
	## dest: who gets it.
	##
	## Returns: the lines.
	global email_headers: function(subject_desc: string, dest: string): string;

	## Raised for each line of `notice.log`.
	##
	## rec: the notice.
	global log_notice: event(rec: Info);

	## Handles a notice on this node. Scripts call `NOTICE` instead.
	##
	## n: the notice.
	global internal_NOTICE: function(n: Notice::Info);

	## Takes a notice to the manager.
	##
	## n: the notice.
	global cluster_notice: event(n: Notice::Info);
}

module GLOBAL;

## Raises a notice.
##
## n: the notice.
function NOTICE(n: Notice::Info)
	{
	if ( Notice::is_being_suppressed(n) )
		return;

@if ( Cluster::is_enabled() && ( Notice::handled_where_raised || Cluster::local_node_type() != Cluster::MANAGER ) )
	n$peer_name = Cluster::node;
	n$peer_descr = Cluster::node;
@endif

@if ( Cluster::is_enabled() && ! Notice::handled_where_raised && Cluster::local_node_type() != Cluster::MANAGER )
	Broker::publish(Cluster::manager_topic, Notice::cluster_notice, n);
@else
	Notice::internal_NOTICE(n);
@endif
	}

module Notice;

# Lets each entry of the table below live as long as it says itself.
function per_notice_suppression_interval(t: table[Notice::Type, string] of time, note: Notice::Type,
                                         identifier: string): interval
	{
	local left = t[note, identifier] - network_time();
	return left < 0secs ? 0secs : left;
	}

# Until when notices of a kind about a thing are suppressed.
global suppressing: table[Type, string] of time = {}
	&create_expire=0secs
	&expire_func=per_notice_suppression_interval;

function log_mailing_postprocessor(info: Log::RotationInfo): bool
	{
	if ( reading_traces() || mail_dest == "" )
		return T;

	local head_name = cat(info$fname, ".mailheaders.tmp");
	local head = open(head_name);
	write_file(head, email_headers(cat("Log Contents: ", info$fname), mail_dest));
	close(head);

	system(fmt("/bin/cat %s %s | %s -t -oi && /bin/rm %s %s", head_name, info$fname, sendmail, head_name, info$fname));
	return T;
	}

event bro_init() &priority=5
	{
	Log::create_stream(Notice::LOG, [$columns=Info, $ev=log_notice, $path="notice"]);
	Log::create_stream(Notice::ALARM_LOG, [$columns=Info, $path="notice_alarm"]);

	# The summary of alarms that is mailed is text, however other logs are written.
	if ( ! reading_traces() && mail_dest != "" )
		Log::add_filter(Notice::ALARM_LOG, [$name="alarm-mail", $path="alarm-mail", $writer=Log::WRITER_ASCII,
		                                    $interv=24hrs, $postprocessor=log_mailing_postprocessor]);
	}

function email_headers(subject_desc: string, dest: string): string
	{
	local head = cat("From: ", mail_from, "\n",
	                 "Subject: ", mail_subject_prefix, " ", subject_desc, "\n",
	                 "To: ", dest, "\n",
	                 "User-Agent: Bro-IDS/", bro_version(), "\n");

	return reply_to == "" ? head : cat(head, "Reply-To: ", reply_to, "\n");
	}

event delay_sending_email(n: Notice::Info, dest: string, extend: bool)
	{
	email_notice_to(n, dest, extend);
	}

# The part of a mail that says what the notice is about.
function email_body(n: Notice::Info, extend: bool): string
	{
	local text = cat("\nMessage: ", n$msg, "\n");

	if ( n?$sub )
		text += cat("Sub-message: ", n$sub, "\n");

	text += "\n";

	if ( n?$file_desc )
		text += cat("File Description: ", n$file_desc, "\n");

	if ( n?$file_mime_type )
		text += cat("File MIME Type: ", n$file_mime_type, "\n");

	if ( n?$file_desc || n?$file_mime_type )
		text += "\n";

	if ( n?$id )
		{
		text += fmt("Connection: %s:%d -> %s:%d\n", n$id$orig_h, n$id$orig_p, n$id$resp_h, n$id$resp_p);

		if ( n?$uid )
			text += cat("Connection uid: ", n$uid, "\n");
		}
	else if ( n?$src )
		text += cat("Address: ", n$src, "\n");

	if ( extend )
		{
		text += "\nEmail Extensions\n----------------\n";

		for ( i in n$email_body_sections )
			text += cat(n$email_body_sections[i], "\n");
		}

	return text;
	}

function email_notice_to(n: Notice::Info, dest: string, extend: bool)
	{
	if ( reading_traces() || dest == "" )
		return;

	if ( extend && |n$email_delay_tokens| > 0 )
		{
		if ( n$ts + max_email_delay > network_time() )
			{
			schedule 1sec { delay_sending_email(n, dest, extend) };
			return;
			}

		Reporter::info(fmt("Notice email delay tokens weren't released in time (%s).", n$email_delay_tokens));
		}

	local text = cat(email_headers(cat(n$note), dest), email_body(n, extend), "\n\n--\n[Automatically generated]\n\n");
	piped_exec(cat(sendmail, " -t -oi"), text);
	}

# What a notice suppresses, in the form in which nodes of Zeek tell the manager and that tells everybody.
type SuppressionInfo: record {
	ts: time;
	suppress_for: interval;
	note: Type;
	identifier: string;
};

type SuppressionBatch: record {
	ts: time &default=double_to_time(0.0);
	timer_pending: bool &default=F;
	infos: vector of SuppressionInfo;
};

global Notice::suppression_batch_internal: event(batch: SuppressionBatch);

function begin_suppressing(n: Notice::Info)
	{
	event Notice::begin_suppression(n$ts, n$suppress_for, n$note, n$identifier);

	if ( ! handled_where_raised || ! Cluster::is_enabled() || Cluster::local_node_type() == Cluster::MANAGER )
		return;

	suppressing[n$note, n$identifier] = n$ts + n$suppress_for;
	local info = SuppressionInfo($ts=n$ts, $suppress_for=n$suppress_for, $note=n$note, $identifier=n$identifier);
	Broker::publish(Cluster::manager_topic, Notice::suppression_batch_internal,
	                SuppressionBatch($ts=network_time(), $infos=vector(info)));
	}

hook Notice::policy(n: Notice::Info) &priority=10
	{
	if ( n$note in ignored_types )
		break;

	if ( n$note in type_suppression_intervals )
		n$suppress_for = type_suppression_intervals[n$note];
	else if ( n$note in not_suppressed_types )
		n$suppress_for = 0secs;

	if ( n$note in alarmed_types )
		add n$actions[ACTION_ALARM];

	if ( n$note in emailed_types )
		add n$actions[ACTION_EMAIL];

	# Handlers that run later may take this out again.
	add n$actions[ACTION_LOG];
	}

@if ( handled_where_raised )
hook Notice::notice(n: Notice::Info)
	{
	if ( ACTION_EMAIL in n$actions )
		add n$email_dest[mail_dest];
	}
@endif

hook Notice::notice(n: Notice::Info) &priority=-5
	{
@if ( handled_where_raised )
	for ( dest in n$email_dest )
		email_notice_to(n, dest, T);
@else
	if ( ACTION_EMAIL in n$actions )
		email_notice_to(n, mail_dest, T);
@endif

	if ( ACTION_LOG in n$actions )
		Log::write(Notice::LOG, n);

	if ( ACTION_ALARM in n$actions )
		Log::write(Notice::ALARM_LOG, n);

	if ( n?$identifier && n$suppress_for != 0secs && [n$note, n$identifier] !in suppressing )
		begin_suppressing(n);
	}

event Notice::begin_suppression(ts: time, suppress_for: interval, note: Type, identifier: string)
	{
	suppressing[note, identifier] = ts + suppress_for;
	}

event Notice::suppression_batch_internal(batch: SuppressionBatch)
	{
	if ( Cluster::local_node_type() == Cluster::MANAGER )
		{
		Broker::publish(Cluster::worker_topic, Notice::suppression_batch_internal, batch);
		Broker::publish(Cluster::proxy_topic, Notice::suppression_batch_internal, batch);
		}

	for ( i in batch$infos )
		{
		local info = batch$infos[i];
		event Notice::begin_suppression(info$ts, info$suppress_for, info$note, info$identifier);
		}
	}

event bro_init()
	{
	if ( ! Cluster::is_enabled() || handled_where_raised )
		return;

	Broker::auto_publish(Cluster::worker_topic, Notice::begin_suppression);
	Broker::auto_publish(Cluster::proxy_topic, Notice::begin_suppression);
	}

function is_being_suppressed(n: Notice::Info): bool
	{
	if ( ! n?$identifier || [n$note, n$identifier] !in suppressing )
		return F;

	event Notice::suppressed(n);
	return T;
	}

function create_file_info(f: fa_file): Notice::FileInfo
	{
	# There is no framework for files here that could say more about one.
	local fi = Notice::FileInfo($fuid=f$id, $desc=f$source);

	if ( f?$conns && |f$conns| == 1 )
		for ( id in f$conns )
			{
			fi$cid = id;
			fi$cuid = f$conns[id]$uid;
			}

	return fi;
	}

function populate_file_info(f: fa_file, n: Notice::Info)
	{
	populate_file_info2(create_file_info(f), n);
	}

function populate_file_info2(fi: Notice::FileInfo, n: Notice::Info)
	{
	if ( ! n?$fuid )
		n$fuid = fi$fuid;

	if ( ! n?$file_mime_type && fi?$mime )
		n$file_mime_type = fi$mime;

	n$file_desc = fi$desc;

	if ( fi?$cid )
		{
		n$id = fi$cid;
		n$uid = fi$cuid;
		}
	}

# Fills what the caller left out, has the site decide, and drops what is too large for the wire.
function apply_policy(n: Notice::Info)
	{
	if ( ! n?$ts )
		n$ts = network_time();

	if ( n?$f )
		populate_file_info(n$f, n);

	if ( n?$conn )
		{
		if ( ! n?$id )
			n$id = n$conn$id;

		if ( ! n?$uid )
			n$uid = n$conn$uid;
		}

	if ( n?$id )
		{
		if ( ! n?$src )
			n$src = n$id$orig_h;

		if ( ! n?$dst )
			n$dst = n$id$resp_h;

		if ( ! n?$p )
			n$p = n$id$resp_p;
		}

	if ( n?$p )
		n$proto = get_port_transport_proto(n$p);

	if ( n?$iconn )
		{
		n$proto = icmp;

		if ( ! n?$src )
			n$src = n$iconn$orig_h;

		if ( ! n?$dst )
			n$dst = n$iconn$resp_h;
		}

	if ( ! n?$email_body_sections )
		n$email_body_sections = vector();

	if ( ! n?$email_delay_tokens )
		n$email_delay_tokens = set();

	hook Notice::policy(n);

	if ( ! n?$suppress_for )
		n$suppress_for = default_suppression_interval;

	delete n$conn;
	delete n$iconn;
	delete n$f;
	}

function internal_NOTICE(n: Notice::Info)
	{
	apply_policy(n);
	hook Notice::notice(n);
	}

event Notice::cluster_notice(n: Notice::Info)
	{
	NOTICE(n);
	}
