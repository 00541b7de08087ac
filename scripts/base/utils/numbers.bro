##! Numbers in texts.

## Finds a number in a text.
##
## s: the text.
##
## get_first: whether to take the first number; F for the last one.
##
## Returns: the number, or 0 where there is none.
function extract_count(s: string, get_first: bool &default=T): count
	{
	# Text and numbers take turns, text first and last.
	local parts = split_string_all(s, /[0-9]+/);

	if ( |parts| < 2 )
		return 0;

	return to_count(parts[get_first ? 1 : |parts| - 2]);
	}
