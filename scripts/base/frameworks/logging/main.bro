##! Logging: scripts write records to streams, filters on a stream say which records and columns go where, and writers
##! turn them into files.

module Log;

export {
	## Names the streams. A script that logs adds its own with `redef enum Log::ID += { LOG };`; the name also yields
	## the log's path where none is given.
	type Log::ID: enum {
		UNKNOWN,	##< No stream.
	};

	## Names the writers.
	type Log::Writer: enum {
		WRITER_ASCII,	##< Lines of text, tab-separated or JSON.
		WRITER_NONE,	##< Nowhere; rotation happens all the same.
		WRITER_SQLITE,	##< A table in an SQLite file.
	};

	## Whether filters write on this node, unless they say otherwise.
	const enable_local_logging = T &redef;
	## Whether filters send records to other nodes, unless they say otherwise.
	const enable_remote_logging = T &redef;
	## The writer of filters that name none.
	const default_writer = WRITER_ASCII &redef;

	## What stands between two columns. Each writer has a setting of its own that starts from this one.
	const separator = "\t" &redef;
	## What stands between two elements of a set or vector.
	const set_separator = "," &redef;
	## What stands for an empty string or container.
	const empty_field = "(empty)" &redef;
	## What stands for a field that is not set.
	const unset_field = "-" &redef;

	## A stream.
	type Stream: record {
		## The record type whose `&log` fields are the columns.
		columns: any;
		## An event to raise for each record written; it takes one such record.
		ev: any &optional;
		## The path for filters that name none.
		path: string &optional;
	};

	## Chooses the path where neither filter nor stream names one: from the stream's name, so that
	## `LoadedScripts::LOG` logs to `loaded_scripts`.
	##
	## id: the stream.
	##
	## path: what the filter names or what this function said the last time; empty at first.
	##
	## rec: the record to be written.
	##
	## Returns: the path.
	global default_path_func: function(id: ID, path: string, rec: any) : string &redef;

	## A file that was closed because its time was over.
	type RotationInfo: record {
		writer: Writer;	##< Its writer.
		fname: string;	##< The file.
		path: string;	##< The path it was logged under.
		open: time;	##< When it was opened.
		close: time;	##< When it was closed.
		terminating: bool;	##< Whether the program is ending.
	};

	## How long a file is written to; 0 for ever.
	const default_rotation_interval = 0secs &redef;
	## How times look in the names of closed files, in the manner of `strftime`.
	const default_rotation_date_format = "%Y-%m-%d-%H-%M-%S" &redef;
	## A command to run on closed files; empty for none.
	const default_rotation_postprocessor_cmd = "" &redef;
	## What to do with closed files, for each writer. The writers' scripts enter themselves here.
	const default_rotation_postprocessors: table[Writer] of function(info: RotationInfo) : bool &redef;
	## How often a summary of alarms is mailed; 0 for never.
	const default_mail_alarms_interval = 0secs &redef;

	## Other names for columns.
	const default_field_name_map: table[string] of string = table() &redef;
	## What stands between the names of a record and its field in a column's name.
	const default_scope_sep = "." &redef;
	## What the columns that `Log::default_ext_func` adds begin with.
	const Log::default_ext_prefix: string = "_" &redef;
	## Adds columns to all logs: the record returned for a path stands before the stream's own columns. This one
	## returns nothing, and so adds none.
	const Log::default_ext_func: function(path: string): any = function(path: string) { } &redef;

	## A filter: which records of a stream go where.
	type Filter: record {
		## Tells the filters of a stream apart.
		name: string;
		## Who writes.
		writer: Writer &default=default_writer;
		## Asked for each record whether to write it.
		pred: function(rec: any): bool &optional;
		## Where to: for most writers a file's name without its ending. Where two filters want the same, a number is
		## added to the later one.
		path: string &optional;
		## Asked for each record where to write it, in place of *path*.
		path_func: function(id: ID, path: string, rec: any): string &optional;
		## The only columns to write.
		include: set[string] &optional;
		## Columns not to write.
		exclude: set[string] &optional;
		## Whether to write on this node.
		log_local: bool &default=enable_local_logging;
		## Whether to send to other nodes.
		log_remote: bool &default=enable_remote_logging;
		## Other names for columns.
		field_name_map: table[string] of string &default=default_field_name_map;
		## What stands between the names of a record and its field.
		scope_sep: string &default=default_scope_sep;
		## What added columns begin with.
		ext_prefix: string &default=default_ext_prefix;
		## Returns a record of columns to add.
		ext_func: function(path: string): any &default=default_ext_func;
		## How long a file is written to; 0 for ever.
		interv: interval &default=default_rotation_interval;
		## What to do with closed files, in place of the writer's entry in
		## `Log::default_rotation_postprocessors`.
		postprocessor: function(info: RotationInfo) : bool &optional;
		## Settings that only the writer understands.
		config: table[string] of string &default=table();
	};

	## Stands for a filter that does not exist.
	const no_filter: Filter = [$name="<not found>"];

	## Creates a stream and gives it the default filter.
	##
	## id: the stream's name.
	##
	## stream: what it logs.
	##
	## Returns: whether that went well.
	global create_stream: function(id: ID, stream: Stream) : bool;

	## Removes a stream with its filters.
	##
	## id: the stream.
	##
	## Returns: whether that went well.
	global remove_stream: function(id: ID) : bool;

	## Lets a disabled stream write again.
	##
	## id: the stream.
	##
	## Returns: whether there is such a stream.
	global enable_stream: function(id: ID) : bool;

	## Stops a stream from writing.
	##
	## id: the stream.
	##
	## Returns: whether there is such a stream.
	global disable_stream: function(id: ID) : bool;

	## Adds a filter to a stream, in place of one with the same name.
	##
	## id: the stream.
	##
	## filter: the filter.
	##
	## Returns: whether that went well.
	global add_filter: function(id: ID, filter: Filter) : bool;

	## Removes a filter from a stream.
	##
	## id: the stream.
	##
	## name: the filter's name.
	##
	## Returns: whether there is such a stream; the filter need not exist.
	global remove_filter: function(id: ID, name: string) : bool;

	## Lists the filters of a stream.
	##
	## id: the stream.
	##
	## Returns: their names.
	global get_filter_names: function(id: ID) : set[string];

	## Finds a filter.
	##
	## id: the stream.
	##
	## name: the filter's name.
	##
	## Returns: the filter, or `Log::no_filter`.
	global get_filter: function(id: ID, name: string) : Filter;

	## Writes a record to a stream.
	##
	## id: the stream.
	##
	## columns: the record.
	##
	## Returns: F where there is no such stream, the record does not fit it, or a filter has no valid path for it.
	global write: function(id: ID, columns: any) : bool;

	## Says whether a stream's writers may hold records back for a while.
	##
	## id: the stream.
	##
	## buffered: whether they may.
	##
	## Returns: whether there is such a stream.
	global set_buf: function(id: ID, buffered: bool): bool;

	## Makes a stream's writers write what they hold back.
	##
	## id: the stream.
	##
	## Returns: whether there is such a stream.
	global flush: function(id: ID): bool;

	## Adds the filter named "default", which writes everything.
	##
	## id: the stream.
	##
	## Returns: what `Log::add_filter` returns.
	global add_default_filter: function(id: ID) : bool;

	## Removes the filter named "default".
	##
	## id: the stream.
	##
	## Returns: what `Log::remove_filter` returns.
	global remove_default_filter: function(id: ID) : bool;

	## Runs `Log::default_rotation_postprocessor_cmd` on a closed file. For use in rotation functions.
	##
	## info: the file as it was closed.
	##
	## npath: the name it has now.
	##
	## Returns: T.
	global run_rotation_postprocessor_cmd: function(info: RotationInfo, npath: string) : bool;

	## The streams that are enabled; only to look at.
	global active_streams: table[ID] of Stream = table();
}

# All streams, the disabled ones too.
global all_streams: table[ID] of Stream = table();

# The names of each stream's filters, and the filters.
global stream_filters: table[ID] of set[string] = table();
global filters: table[ID, string] of Filter;

# The engine calls this for a closed file whose filter has no function of its own. Writers without one leave the file
# as it is.
function __default_rotation_postprocessor(info: RotationInfo) : bool
	{
	if ( info$writer !in default_rotation_postprocessors )
		return T;

	return default_rotation_postprocessors[info$writer](info);
	}

# Turns a module's name into a path: FooBar into foo_bar, and SSH into ssh. Only the first three boundaries between
# words count.
function module_path(name: string): string
	{
	local pieces = split_string_n(name, /[^A-Z][A-Z][a-z]*/, T, 4);
	local path = pieces[0];

	for ( i in pieces )
		{
		local piece = pieces[i];

		if ( i == 0 || i > 3 || piece == "" )
			next;

		# An odd piece is a separator, the end of one word and the start of the next.
		if ( i % 2 == 1 )
			path += cat(piece[0], "_", piece[1:]);
		else
			path += cat("_", piece);
		}

	return to_lower(path);
	}

function default_path_func(id: ID, path: string, rec: any) : string
	{
	if ( path != "" )
		return path;

	local names = split_string1(cat(id), /::/);

	if ( |names| != 2 )
		return to_lower(names[0]);

	if ( names[1] == "LOG" )
		return module_path(names[0]);

	return to_lower(cat(names[0], "_", sub(names[1], /_LOG$/, "")));
	}

function run_rotation_postprocessor_cmd(info: RotationInfo, npath: string) : bool
	{
	if ( default_rotation_postprocessor_cmd == "" )
		return T;

	# Commands rely on this form of the times, whatever the file's name looks like.
	local time_format = "%y-%m-%d_%H.%M.%S";
	local writer = sub(to_lower(cat(info$writer)), /^log::writer_/, "");

	system(fmt("%s %s %s %s %s %d %s", default_rotation_postprocessor_cmd, npath, info$path,
	           strftime(time_format, info$open), strftime(time_format, info$close), info$terminating, writer));
	return T;
	}

function create_stream(id: ID, stream: Stream) : bool
	{
	if ( ! __create_stream(id, stream) )
		return F;

	active_streams[id] = stream;
	all_streams[id] = stream;
	return add_default_filter(id);
	}

function remove_stream(id: ID) : bool
	{
	delete active_streams[id];
	delete all_streams[id];

	for ( name in get_filter_names(id) )
		delete filters[id, name];

	delete stream_filters[id];
	return __remove_stream(id);
	}

function disable_stream(id: ID) : bool
	{
	delete active_streams[id];
	return __disable_stream(id);
	}

function enable_stream(id: ID) : bool
	{
	if ( ! __enable_stream(id) )
		return F;

	if ( id in all_streams )
		active_streams[id] = all_streams[id];

	return T;
	}

function add_filter(id: ID, filter: Filter) : bool
	{
	local stream = all_streams[id];

	if ( ! filter?$path )
		{
		if ( stream?$path )
			filter$path = stream$path;
		else if ( ! filter?$path_func )
			filter$path_func = default_path_func;
		}

	if ( ! __add_filter(id, filter) )
		return F;

	if ( id !in stream_filters )
		stream_filters[id] = set();

	add stream_filters[id][filter$name];
	filters[id, filter$name] = filter;
	return T;
	}

function remove_filter(id: ID, name: string) : bool
	{
	if ( id in stream_filters )
		delete stream_filters[id][name];

	delete filters[id, name];
	return __remove_filter(id, name);
	}

function get_filter(id: ID, name: string) : Filter
	{
	return [id, name] in filters ? filters[id, name] : no_filter;
	}

function get_filter_names(id: ID) : set[string]
	{
	return id in stream_filters ? stream_filters[id] : string_set();
	}

function write(id: ID, columns: any) : bool
	{
	return __write(id, columns);
	}

function set_buf(id: ID, buffered: bool): bool
	{
	return __set_buf(id, buffered);
	}

function flush(id: ID): bool
	{
	return __flush(id);
	}

function add_default_filter(id: ID) : bool
	{
	return add_filter(id, [$name="default"]);
	}

function remove_default_filter(id: ID) : bool
	{
	return remove_filter(id, "default");
	}
