##! Mail addresses in texts.

# An address with what delimits it on both sides.
const email_addr_regex = /(^|[<,:[:blank:]])[^<,:[:blank:]@]+"@"[^>,;[:blank:]]+([>,;[:blank:]]|$)/;

## Finds the mail addresses in a text.
##
## str: the text, such as a header's value.
##
## Returns: the addresses without names and brackets.
function extract_email_addrs_vec(str: string): string_vec
	{
	local found: string_vec = vector();

	for ( raw in find_all(str, email_addr_regex) )
		found += gsub(raw, /[<>,:;[:blank:]]/, "");

	return found;
	}

## Finds the mail addresses in a text.
##
## str: the text, such as a header's value.
##
## Returns: the addresses without names and brackets, each once.
function extract_email_addrs_set(str: string): set[string]
	{
	local found: set[string] = set();
	local addrs = extract_email_addrs_vec(str);

	for ( i in addrs )
		add found[addrs[i]];

	return found;
	}

## Finds a mail address in a text.
##
## str: the text, such as a header's value.
##
## Returns: an address, or "" where there is none.
function extract_first_email_addr(str: string): string
	{
	local addrs = extract_email_addrs_vec(str);
	return |addrs| > 0 ? addrs[0] : "";
	}

## Takes a list of mail addresses apart, as headers hold them. Groups are not understood: a group's name stays with its
## first address.
##
## line: the header's value.
##
## Returns: the addresses with their names, as they are written there.
function split_mime_email_addresses(line: string): set[string]
	{
	local found: set[string] = set();

	# A comma between quotes belongs to a name.
	for ( part in find_all(line, /(\"[^"]*\")?[^,]+/) )
		add found[strip(part)];

	return found;
	}
