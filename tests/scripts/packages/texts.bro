# The utilities for texts, numbers, times and URLs.

@load base/utils/conn-ids
@load base/utils/email
@load base/utils/files
@load base/utils/numbers
@load base/utils/patterns
@load base/utils/strings
@load base/utils/time
@load base/utils/urls

event bro_init()
	{
	print is_string_binary("abc\xff"), is_string_binary("abcd\xff"), is_string_binary("");
	print join_string_set(set("a"), ", "), string_escape("a\"b\\", "\""), cut_tail("hello", 2), cut_tail("hi", 5) == "";
	print extract_count("a 12 b 34"), extract_count("a 12 b 34", F), extract_count("none");
	print duration_to_mins_secs(214sec), duration_to_mins_secs(59sec);
	print match_pattern("foobar", /o*[a-k]/), match_pattern("foobar", /o+[a-k]/), match_pattern("foobar", /x/);
	print set_to_regex(set("a.b"), "^(~~)$");
	print id_string([$orig_h=1.2.3.4, $orig_p=5/tcp, $resp_h=6.7.8.9, $resp_p=10/udp]);
	print directed_id_string([$orig_h=1.2.3.4, $orig_p=5/tcp, $resp_h=6.7.8.9, $resp_p=10/udp], F);
	print extract_email_addrs_vec("One <one@example.org>, two@example.org"), extract_first_email_addr("nobody") == "";
	print split_mime_email_addresses("\"A, B\" <ab@example.org>, c@example.org");
	print extract_filename_from_content_disposition("attachment; filename=\"a b.txt\"");
	print extract_filename_from_content_disposition("attachment; filename*=UTF-8''a%20b.txt");
	print decompose_uri("http://example.org:8080/a/b.tar.gz?x=1&y=2&z");
	print decompose_uri("example.org"), decompose_uri("http://example.org/dir/");
	}
