##! Work on texts that needs no native function.

## Tells whether a text looks like binary data.
##
## s: the text.
##
## Returns: whether at least a quarter of it are bytes above 127.
function is_string_binary(s: string): bool
	{
	return s != "" && |gsub(s, /[\x00-\x7f]/, "")| * 100 / |s| >= 25;
	}

## Joins the texts of a set.
##
## ss: the texts.
##
## j: what stands between two of them.
##
## Returns: one text.
function join_string_set(ss: set[string], j: string): string
	{
	local parts: string_vec = vector();

	for ( s in ss )
		parts += s;

	return join_string_vec(parts, j);
	}

## Puts backslashes before characters, and before backslashes.
##
## s: the text.
##
## chars: the characters.
##
## Returns: the text with backslashes.
function string_escape(s: string, chars: string): string
	{
	local escaped = subst_string(s, "\\", "\\\\");

	for ( c in chars )
		escaped = subst_string(escaped, c, cat("\\", c));

	return escaped;
	}

## Cuts off the end of a text.
##
## s: the text.
##
## tail_len: how many characters to cut off.
##
## Returns: what is left, "" where the text is shorter than that.
function cut_tail(s: string, tail_len: count): string
	{
	return tail_len < |s| ? s[0:|s| - tail_len] : "";
	}
