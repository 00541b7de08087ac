# Addresses are found in texts, valid ones only.

@load base/utils/addrs

event bro_init()
	{
	local texts = vector("1.2.3.4", "1.2.3.256", "1.2.3", "::1", "fe80::1:2", "::ffff:1.2.3.4", "::ffff:1.2.3.400",
	                     "1:2:3:4:5:6:7:8", "x");

	for ( i in texts )
		print texts[i], is_valid_ip(texts[i]);

	print extract_ip_addresses("from 10.0.0.1 to [2001:db8::2], not 300.1.1.1");
	print addr_to_uri(1.2.3.4), addr_to_uri([2001:db8::1]);
	print normalize_mac("00-A0-32-D7-81-8F"), normalize_mac("00a0.32d7.818f.0102"), normalize_mac("00a0") == "";
	}
