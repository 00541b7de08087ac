##! Settings of the writer of text files.
##!
##! A filter can override most of them through `$config`, as in `table(["use_json"] = "T")`. One setting exists only
##! there: `["tsv"] = "T"` leaves a single line with the columns' names as the whole header.

module LogAscii;

export {
	## Write to standard output instead of to files.
	const output_to_stdout = F &redef;
	## Write JSON, an object a line.
	const use_json = F &redef;
	## Compress with gzip at this level, 0 for not at all; names then end in `.gz`.
	const gzip_level = 0 &redef;
	## How times look in JSON.
	const json_timestamps: JSON::TimestampFormat = JSON::TS_EPOCH &redef;
	## Begin and end files with lines about columns, types, separators and times. JSON never has them.
	const include_meta = T &redef;
	## What such lines begin with.
	const meta_prefix = "#" &redef;
	## What stands between two columns.
	const separator = Log::separator &redef;
	## What stands between two elements of a set or vector.
	const set_separator = Log::set_separator &redef;
	## What stands for an empty string or container.
	const empty_field = Log::empty_field &redef;
	## What stands for a field that is not set.
	const unset_field = Log::unset_field &redef;
}

# Gives a closed file a name with the time it was opened, then runs the command of the logging framework on it.
function default_rotation_postprocessor_func(info: Log::RotationInfo) : bool
	{
	local opened = strftime(Log::default_rotation_date_format, info$open);
	local name = log_file_name(cat(info$path, ".", opened));

	if ( /\.gz$/ in info$fname )
		name += ".gz";

	rename(info$fname, name);
	return Log::run_rotation_postprocessor_cmd(info, name);
	}

redef Log::default_rotation_postprocessors += { [Log::WRITER_ASCII] = default_rotation_postprocessor_func };
