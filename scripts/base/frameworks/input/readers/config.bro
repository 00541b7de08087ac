##! Settings of the reader of configuration files.

module InputConfig;

export {
	## What stands between two elements of a set or vector: one character.
	const set_separator = Input::set_separator &redef;

	## What stands for an empty container; as it is, nothing.
	const empty_field = "" &redef;

	## Whether trouble with the file, as when it is missing, is an error, which ends the stream, or a warning, and a
	## stream that follows its source takes the file up when it is there again.
	const fail_on_file_problem = F &redef;

	## Raised for each option in a file whose value is new or another one than before. That an option is in the file
	## no more is not told; a stream into a table tells it.
	##
	## name: the stream's name.
	##
	## source: where the value comes from.
	##
	## id: the option's name.
	##
	## value: the value that it is to have, in the option's type.
	global new_value: event(name: string, source: string, id: string, value: any);
}
