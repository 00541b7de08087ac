# The utilities for texts, numbers, times, connections, mail and files.

@load base/utils/conn-ids
@load base/utils/email
@load base/utils/files
@load base/utils/numbers
@load base/utils/patterns
@load base/utils/strings
@load base/utils/time

function test_binary_texts()
	{
	assert is_string_binary("abc\xff"), "one byte of four";
	assert ! is_string_binary("abcd\xff") && ! is_string_binary("");
	}

function test_texts()
	{
	assert join_string_set(set("a"), ", ") == "a";
	assert string_escape("a\"b\\", "\"") == "a\\\"b\\\\";
	assert cut_tail("hello", 2) == "hel" && cut_tail("hi", 5) == "";
	}

function test_numbers()
	{
	assert extract_count("a 12 b 34") == 12 && extract_count("a 12 b 34", F) == 34;
	assert extract_count("none") == 0;
	}

function test_durations()
	{
	assert duration_to_mins_secs(214sec) == "3m34s" && duration_to_mins_secs(59sec) == "0m59s";
	}

type Match: record {
	p: pattern;
	found: string;
	at: count;
};

global test_match_cases: table[string] of Match = {
	["perhaps nothing before it"] = [$p=/o*[a-k]/, $found="f", $at=1],
	["in the middle"] = [$p=/o+[a-k]/, $found="oob", $at=2],
	["nowhere"] = [$p=/x/, $found="", $at=0],
};

function test_match(c: Match)
	{
	local result = match_pattern("foobar", c$p);
	assert result$matched == (c$at > 0) && result$str == c$found && result$off == c$at;
	}

function test_patterns_of_texts()
	{
	assert cat(set_to_regex(set("a.b"), "^(~~)$")) == "/^?(^(a\\.b)$)$?/", "the dot is no pattern";
	}

function test_connections()
	{
	local id = conn_id($orig_h=1.2.3.4, $orig_p=5/tcp, $resp_h=6.7.8.9, $resp_p=10/udp);
	assert id_string(id) == "1.2.3.4:5 > 6.7.8.9:10";
	assert directed_id_string(id, F) == "1.2.3.4:5 < 6.7.8.9:10";
	}

function test_mail()
	{
	local found = extract_email_addrs_vec("One <one@example.org>, two@example.org");
	assert cat(found) == "[one@example.org, two@example.org]";
	assert extract_first_email_addr("nobody") == "";

	local parts = split_mime_email_addresses("\"A, B\" <ab@example.org>, c@example.org");
	assert |parts| == 2 && "\"A, B\" <ab@example.org>" in parts && "c@example.org" in parts, "a comma in quotes is none";
	}

function test_names_of_files()
	{
	assert extract_filename_from_content_disposition("attachment; filename=\"a b.txt\"") == "a b.txt";
	assert extract_filename_from_content_disposition("attachment; filename*=UTF-8''a%20b.txt") == "a b.txt";
	}
