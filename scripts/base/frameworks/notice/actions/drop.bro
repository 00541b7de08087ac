##! The action that blocks a host. brood has nothing to block hosts with, so it says that it could not; a site that can
##! sets the field *dropped* in a handler of its own.

@load ../main

module Notice;

export {
	redef enum Action += {
		ACTION_DROP,	##< Block the source.
	};

	redef record Info += {
@if ( Notice::handled_where_raised )
		# The nodes of Zeek that share the log have no such column.
		dropped: bool &default=F;	##< Whether the source was blocked.
@else
		dropped: bool &log &default=F;	##< Whether the source was blocked.
@endif
	};
}

hook notice(n: Notice::Info) &priority=-5
	{
	if ( ACTION_DROP in n$actions && ! n$dropped )
		Reporter::warning(fmt("no way to block %s, as the notice %s asks for", n?$src ? cat(n$src) : "a host", n$note));
	}
