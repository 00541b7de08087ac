##! The action that mails a notice to a pager.

@load ../main

module Notice;

export {
	redef enum Action += {
		ACTION_PAGE,	##< Mail to `Notice::mail_page_dest`.
	};

	## The pager's address.
	option mail_page_dest = "";
}

hook notice(n: Notice::Info) &priority=-5
	{
	if ( ACTION_PAGE in n$actions )
		email_notice_to(n, mail_page_dest, F);
	}
