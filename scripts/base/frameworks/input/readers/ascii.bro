##! Settings of the reader of text files with columns.
##!
##! A stream can override them through `$config`, as in `table(["separator"] = ";")`.

module InputAscii;

export {
	## What stands between two columns: one character.
	const separator = Input::separator &redef;
	## What stands between two elements of a set or vector: one character.
	const set_separator = Input::set_separator &redef;
	## What stands for an empty container.
	const empty_field = Input::empty_field &redef;
	## What stands for a field that is not set.
	const unset_field = Input::unset_field &redef;

	## Whether a line that lacks columns is an error, which ends the stream, or a warning, and the line is left out.
	const fail_on_invalid_lines = F &redef;

	## Whether trouble with the file, as when it is missing, is an error, which ends the stream, or a warning, and a
	## stream that follows its source takes the file up when it is there again.
	const fail_on_file_problem = F &redef;
}
