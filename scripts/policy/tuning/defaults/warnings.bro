##! Warns at start about settings that a site should make.

@load base/utils/site

event bro_init() &priority=-10
	{
	if ( |Site::local_nets| == 0 )
		print "WARNING: No Site::local_nets have been defined.  It's usually a good idea to define your local networks.";
	}
