##! Making and matching regular expressions.

module GLOBAL;

## Builds an expression that matches one of several texts.
##
## ss: the texts, taken literally.
##
## pat: the expression, with `~~` where the texts go.
##
## Returns: the expression.
function set_to_regex(ss: set[string], pat: string): pattern
	{
	local choices: string_vec = vector();

	for ( s in ss )
		choices += convert_for_pattern(s);

	return string_to_pattern(sub(pat, /~~/, join_string_vec(choices, "|")), F);
	}

## Where an expression matched.
type PatternMatchResult: record {
	matched: bool;	##< Whether it did.
	str: string;	##< The text that it matched.
	off: count;	##< Where that begins, counted from 1; 0 where it did not match.
};

## Finds where an expression matches first.
##
## s: the text to look at.
##
## p: the expression.
##
## Returns: the place.
function match_pattern(s: string, p: pattern): PatternMatchResult
	{
	local parts = split_string_n(s, p, T, 1);

	if ( |parts| == 1 )
		return [$matched=F, $str="", $off=0];

	return [$matched=T, $str=parts[1], $off=|parts[0]| + 1];
	}
