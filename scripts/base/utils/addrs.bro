##! Addresses in texts: recognising, finding and formatting them.

## An IPv4 address, its numbers not checked.
const ipv4_addr_regex = /[[:digit:]]{1,3}\.[[:digit:]]{1,3}\.[[:digit:]]{1,3}\.[[:digit:]]{1,3}/;
## An IPv6 address with all its eight groups.
const ipv6_8hex_regex = /([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}/;
## An IPv6 address with `::` in it.
const ipv6_compressed_hex_regex = /(([0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4})*)?)::(([0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4})*)?)/;
## An IPv6 address that ends as an IPv4 one.
const ipv6_hex4dec_regex = /(([0-9A-Fa-f]{1,4}:){6,6})([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)/;
## An IPv6 address with `::` that ends as an IPv4 one.
const ipv6_compressed_hex4dec_regex = /(([0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4})*)?)::(([0-9A-Fa-f]{1,4}:)*)([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)/;

## An IPv6 address in any of these forms.
const ipv6_addr_regex = ipv6_8hex_regex | ipv6_compressed_hex_regex | ipv6_hex4dec_regex | ipv6_compressed_hex4dec_regex;
## An address of either kind.
const ip_addr_regex = ipv4_addr_regex | ipv6_addr_regex;

## Tells whether texts are the numbers of an IPv4 address.
##
## octets: the texts.
##
## Returns: whether none is above 255.
function has_valid_octets(octets: string_vec): bool
	{
	for ( i in octets )
		if ( to_count(octets[i]) > 255 )
			return F;

	return T;
	}

## Tells whether a text is an address.
##
## ip_str: the text.
##
## Returns: whether it is an IPv4 or IPv6 address and nothing else.
function is_valid_ip(ip_str: string): bool
	{
	local is_v4 = ip_str == ipv4_addr_regex;

	if ( ! is_v4 && ip_str != ipv6_addr_regex )
		return F;

	# The expressions settle everything but the size of decimal numbers.
	if ( ! is_v4 && ip_str != ipv6_hex4dec_regex && ip_str != ipv6_compressed_hex4dec_regex )
		return T;

	local octets = split_string(ip_str, /\./);

	if ( |octets| != 4 )
		return F;

	# The hexadecimal part before the first number, if there is one, ends in a colon.
	octets[0] = sub(octets[0], /^.*:/, "");
	return has_valid_octets(octets);
	}

## Finds the addresses in a text.
##
## input: the text.
##
## Returns: the addresses as they are written there.
function extract_ip_addresses(input: string): string_vec
	{
	local found: string_vec;
	local parts = split_string_all(input, ip_addr_regex);

	# Every other part is a match.
	for ( i in parts )
		if ( i % 2 == 1 && is_valid_ip(parts[i]) )
			found += parts[i];

	return found;
	}

## The older form of `extract_ip_addresses`.
##
## input: the text.
##
## Returns: the addresses, numbered from zero.
function find_ip_addresses(input: string): string_array &deprecated
	{
	local found: string_array;
	local addresses = extract_ip_addresses(input);

	for ( i in addresses )
		found[i] = addresses[i];

	return found;
	}

## Formats an address for use in a URI.
##
## a: the address.
##
## Returns: the address, in brackets where it is an IPv6 one.
function addr_to_uri(a: addr): string
	{
	return is_v4_addr(a) ? cat(a) : fmt("[%s]", a);
	}

## Formats a hardware address.
##
## a: a text with 12 or 16 hexadecimal digits, however they are separated.
##
## Returns: the digits in lower case with colons between pairs, or "" where their number is wrong.
function normalize_mac(a: string): string
	{
	local digits = to_lower(gsub(a, /[^A-Fa-f0-9]/, ""));

	if ( |digits| != 12 && |digits| != 16 )
		return "";

	local text = digits[0:2];
	local at = 2;

	while ( at < |digits| )
		{
		text += cat(":", digits[at:at + 2]);
		at += 2;
		}

	return text;
	}
