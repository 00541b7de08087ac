##! Adds to mails about notices what the hosts in them are called.

@load base/frameworks/notice/main

module Notice;

# The notices that wait for names. A body of `when` works on a copy of what surrounds it, so it looks the notice up.
global tmp_notice_storage: table[string] of Notice::Info &create_expire=max_email_delay+10secs;

# Has a mail wait until the host's name is known, and adds it. Where no name comes, the mail goes out without it after
# the longest delay, and the reporter tells.
function add_hostname(uid: string, token: string, label: string, host: addr)
	{
	add tmp_notice_storage[uid]$email_delay_tokens[token];

	when ( local name = lookup_addr(host) )
		{
		tmp_notice_storage[uid]$email_body_sections += cat(label, " hostname: ", name, "\n");
		delete tmp_notice_storage[uid]$email_delay_tokens[token];
		}
	}

hook notice(n: Notice::Info) &priority=10
	{
	if ( ACTION_EMAIL !in n$actions || (! n?$src && ! n?$dst) )
		return;

	local uid = unique_id("");
	tmp_notice_storage[uid] = n;

	if ( n?$src )
		add_hostname(uid, "hostnames-src", "orig/src", n$src);

	if ( n?$dst )
		add_hostname(uid, "hostnames-dst", "resp/dst", n$dst);
	}
