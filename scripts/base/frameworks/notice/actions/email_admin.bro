##! The action that mails a notice to those who look after the hosts in it; see `Site::local_admins`.

@load ../main
@load base/utils/site

module Notice;

export {
	redef enum Action += {
		ACTION_EMAIL_ADMIN,	##< Mail to those who look after source and destination.
	};
}

hook notice(n: Notice::Info) &priority=-5
	{
	if ( ACTION_EMAIL_ADMIN !in n$actions || |Site::local_admins| == 0 )
		return;

	local dest = n?$src ? Site::get_emails(n$src) : "";
	local others = n?$dst ? Site::get_emails(n$dst) : "";

	if ( dest == "" )
		dest = others;
	else if ( others != "" )
		dest = cat(dest, ", ", others);

	if ( dest != "" )
		email_notice_to(n, dest, T);
	}
