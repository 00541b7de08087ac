##! Settings of the reader of SQLite files.
##!
##! `["query"]` of `$config` is the query whose rows are read; the file is the source with `.sqlite` behind it.

module InputSQLite;

export {
	## What stands between two elements of a set or vector: one character.
	const set_separator = Input::set_separator &redef;
	## What stands for a field that is not set.
	const unset_field = Input::unset_field &redef;
	## What stands for an empty container.
	const empty_field = Input::empty_field &redef;
}
