##! URLs in texts, and their parts.

## A URL.
const url_regex = /^([a-zA-Z\-]{3,5})(:\/\/[^\/?#"'\r\n><]*)([^?#"'\r\n><]*)([^[:blank:]\r\n"'><]*|\??[^"'\r\n><]*)/ &redef;

## The parts of a URI; see `decompose_uri`.
type URI: record {
	scheme: string &optional;	##< What stands before `://`.
	netlocation: string;	##< The host, or "".
	portnum: count &optional;	##< The port.
	path: string;	##< The path with the file's name; "/" where there is none.
	file_name: string &optional;	##< The file's name.
	file_base: string &optional;	##< The file's name up to its first dot.
	file_ext: string &optional;	##< The file's name after its first dot.
	params: table[string] of string &optional;	##< What stands behind the question mark, by name.
};

## Finds the URLs in a text.
##
## s: the text.
##
## Returns: the URLs.
function find_all_urls(s: string): string_set
	{
	return find_all(s, url_regex);
	}

## Finds the URLs in a text.
##
## s: the text.
##
## Returns: the URLs without `http://` and the like.
function find_all_urls_without_scheme(s: string): string_set
	{
	local found: set[string] = set();

	for ( url in find_all_urls(s) )
		add found[sub(url, /^([a-zA-Z\-]{3,5})(:\/\/)/, "")];

	return found;
	}

## Takes a URI apart.
##
## uri: the URI.
##
## Returns: its parts.
function decompose_uri(uri: string): URI
	{
	local u = URI($netlocation="", $path="/");
	local rest = uri;
	local parts: string_vec;

	if ( /\?/ in rest )
		{
		parts = split_string1(rest, /\?/);
		rest = parts[0];
		u$params = table();

		local pairs = split_string(parts[1], /&/);

		for ( i in pairs )
			{
			parts = split_string1(pairs[i], /=/);

			if ( |parts| == 2 )
				u$params[parts[0]] = parts[1];
			}
		}

	if ( /:\/\// in rest )
		{
		parts = split_string1(rest, /:\/\//);
		u$scheme = parts[0];
		rest = parts[1];
		}

	if ( /\// in rest )
		{
		parts = split_string1(rest, /\//);
		rest = parts[0];
		u$path = cat("/", parts[1]);

		local name = sub(u$path, /^.*\//, "");

		if ( name != "" )
			{
			parts = split_string1(name, /\./);
			u$file_name = name;
			u$file_base = parts[0];

			if ( |parts| == 2 )
				u$file_ext = parts[1];
			}
		}

	parts = split_string1(rest, /:/);
	u$netlocation = parts[0];

	if ( |parts| == 2 )
		u$portnum = to_count(parts[1]);

	return u;
	}
