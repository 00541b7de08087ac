# base/utils/addrs: addresses are found in texts, valid ones only, and written in other forms.

@load base/utils/addrs

type Validity: record {
	text: string;
	is_valid: bool;
};

global test_validity_cases: table[string] of Validity = {
	["four numbers"] = [$text="1.2.3.4", $is_valid=T],
	["a number too large"] = [$text="1.2.3.256", $is_valid=F],
	["three numbers"] = [$text="1.2.3", $is_valid=F],
	["loopback"] = [$text="::1", $is_valid=T],
	["a gap"] = [$text="fe80::1:2", $is_valid=T],
	["eight parts"] = [$text="1:2:3:4:5:6:7:8", $is_valid=T],
	["mapped"] = [$text="::ffff:1.2.3.4", $is_valid=T],
	["mapped, a number too large"] = [$text="::ffff:1.2.3.400", $is_valid=F],
	["no address at all"] = [$text="x", $is_valid=F],
};

function test_validity(c: Validity)
	{
	assert is_valid_ip(c$text) == c$is_valid;
	}

function test_addresses_in_texts()
	{
	local found = extract_ip_addresses("from 10.0.0.1 to [2001:db8::2], not 300.1.1.1");
	assert cat(found) == "[10.0.0.1, 2001:db8::2]";
	}

function test_addresses_of_urls()
	{
	assert addr_to_uri(1.2.3.4) == "1.2.3.4";
	assert addr_to_uri([2001:db8::1]) == "[2001:db8::1]";
	}

function test_hardware_addresses()
	{
	assert normalize_mac("00-A0-32-D7-81-8F") == "00:a0:32:d7:81:8f";
	assert normalize_mac("00a0.32d7.818f.0102") == "00:a0:32:d7:81:8f:01:02";
	assert normalize_mac("00a0") == "", "too short for one";
	}
