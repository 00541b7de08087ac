##! Names for files that come out of traffic.

@load ./addrs

## Names a file after the connection that it was taken from.
##
## prefix: what the name begins with, or "".
##
## c: the connection.
##
## suffix: what the name ends with, or "".
##
## Returns: the three, joined by `_`.
function generate_extraction_filename(prefix: string, c: connection, suffix: string): string
	{
	local name = fmt("%s:%d-%s:%d", addr_to_uri(c$id$orig_h), c$id$orig_p, addr_to_uri(c$id$resp_h), c$id$resp_p);

	if ( prefix != "" )
		name = cat(prefix, "_", name);

	if ( suffix != "" )
		name = cat(name, "_", suffix);

	return name;
	}

## Finds the file's name in a `Content-Disposition` header.
##
## data: the header's value.
##
## Returns: the name without quotes, escapes, language and encoding.
function extract_filename_from_content_disposition(data: string): string
	{
	local name = sub(data, /^.*[nN][aA][mM][eE][[:blank:]]*\*?=[[:blank:]]*/, "");

	if ( /^\"/ in name )
		name = split_string_n(name, /\"/, F, 2)[1];

	# encoding'language'name
	if ( /^[a-zA-Z0-9\!#$%&+-^_`{}~]+'[a-zA-Z0-9\!#$%&+-^_`{}~]*'/ in name )
		name = sub(name, /^.+'.*'/, "");

	return unescape_URI(name);
	}
