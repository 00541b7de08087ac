# Software takes itself apart, and a changed version is told.

@load base/frameworks/software

redef Log::default_writer = Log::WRITER_NONE;

module Software;

redef Software::asset_tracking = ALL_HOSTS;


event Software::log_software(rec: Software::Info)
	{
	print rec$host, rec$name, Software::software_fmt_version(rec$version);
	}

event Software::version_change(old: Software::Info, new: Software::Info)
	{
	print "changed", Software::software_fmt(old), Software::software_fmt(new);
	}

event bro_init()
	{
	local texts = vector("OpenSSH_4.4", "Apache/1.3.19 (Unix)", "Microsoft-IIS/6.0", "ProFTPD 1.2.5rc1 Server (Debian)",
	                     "CacheFlyServe v26b", "wu-2.6.2(1) Mon Dec 3 15:26:19 EST 2001",
	                     "Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.9.2) Gecko/20100115 Firefox/3.6",
	                     "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0)",
	                     "Mozilla/5.0 (iPhone) AppleWebKit/528.18 (KHTML, like Gecko) Version/4.0 Mobile/7A341 Safari/528.16",
	                     "Opera/9.80 (J2ME/MIDP; Opera Mini/4.2.18887/18.794; U; en) Presto/2.4.15");

	for ( i in texts )
		{
		local parsed = Software::parse(texts[i]);
		print parsed$name, parsed$version;
		}

	print Software::cmp_versions([$major=1], [$major=1, $minor=0]), Software::cmp_versions([$major=2], [$major=1]);

	local id = conn_id($orig_h=1.2.3.4, $orig_p=5/tcp, $resp_h=6.7.8.9, $resp_p=10/tcp);
	Software::found(id, [$host=1.2.3.4, $unparsed_version="OpenSSH_4.4"]);
	Software::found(id, [$host=1.2.3.4, $unparsed_version="OpenSSH_4.4"]);
	Software::found(id, [$host=1.2.3.4, $unparsed_version="OpenSSH_4.5p1"]);
	}
