##! Settings of the writer of SQLite files. A filter names the table with `$config = table(["tablename"] = "conn")`;
##! otherwise the table is called as the log's path.

module LogSQLite;

export {
	## What stands between two elements of a set or vector.
	const set_separator = Log::set_separator &redef;
	## What stands for a field that is not set.
	const unset_field = Log::unset_field &redef;
	## What stands for an empty string or container.
	const empty_field = Log::empty_field &redef;
}
