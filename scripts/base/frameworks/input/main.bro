##! Input: brings data from files, commands and databases into tables, or raises an event for each row of them.
##!
##! A stream is described by a record and has a name. It reads soon after it was added, not at once; the event
##! `Input::end_of_data` tells when it is through.

module Input;

export {
	## What happened to a row.
	type Event: enum {
		EVENT_NEW = 0,	##< It came.
		EVENT_CHANGED = 1,	##< Its values are others than before.
		EVENT_REMOVED = 2,	##< It is in the source no more.
	};

	## How often a source is read.
	type Mode: enum {
		MANUAL = 0,	##< Once, and whenever `Input::force_update` asks for it.
		REREAD = 1,	##< As a whole, each time it changed.
		STREAM = 2	##< What is added to its end is read as it comes.
	};

	## Names the readers.
	type Reader: enum {
		READER_ASCII,	##< Lines of columns, as logs are.
		READER_BENCHMARK,	##< Made up rows, to measure Bro; not to be had here.
		READER_BINARY,	##< A file as it is, in pieces.
		READER_CONFIG,	##< Names of options and their values.
		READER_RAW,	##< A file or the output of a command, line by line.
		READER_SQLITE,	##< The rows that a query of an SQLite file gives.
	};

	## The reader of streams that name none.
	option default_reader = READER_ASCII;

	## The mode of streams that name none.
	option default_mode = MANUAL;

	## What stands between two columns: one character. Each reader has a setting of its own that starts from this one.
	const separator = "\t" &redef;
	## What stands between two elements of a set or vector: one character.
	const set_separator = "," &redef;
	## What stands for an empty container.
	const empty_field = "(empty)" &redef;
	## What stands for a field that is not set.
	const unset_field = "-" &redef;

	## Whether records may have optional fields of types that cannot be read, files and functions. They stay unset.
	const accept_unsupported_types = F &redef;

	## A stream into a table or set.
	type TableDescription: record {
		## Where the data are: for most readers a file's name.
		source: string;
		## Who reads them.
		reader: Reader &default=default_reader;
		## How often.
		mode: Mode &default=default_mode;
		## The stream's name.
		name: string;

		## The table or set.
		destination: any;
		## The record type whose fields are the columns of the index.
		idx: any;
		## The record type whose fields are the columns of the value; none for a set.
		val: any &optional;
		## Whether the table's values are such records. With F its only field is the value.
		want_record: bool &default=T;

		## The event for each change: it takes this description, an `Input::Event`, the index as a record and the
		## value, which after a change is the old one.
		ev: any &optional;
		## Asked before each change, with what the event would get; F leaves the table as it is.
		pred: function(typ: Input::Event, left: any, right: any): bool &optional;
		## The event for what the reader has to say: it takes this description, the message, and its
		## `Reporter::Level`. After an error the stream is gone.
		error_ev: any &optional;

		## Settings of the reader.
		config: table[string] of string &default=table();
	};

	## A stream whose rows are events.
	type EventDescription: record {
		## Where the data are: for most readers a file's name.
		source: string;
		## Who reads them.
		reader: Reader &default=default_reader;
		## How often.
		mode: Mode &default=default_mode;
		## The stream's name.
		name: string;

		## The record type whose fields are the columns.
		fields: any;
		## Whether the event takes a row as such a record. With F it takes each field by itself.
		want_record: bool &default=T;

		## The event for each row: it takes this description, an `Input::Event`, and the row.
		ev: any;
		## The event for what the reader has to say: it takes this description, the message, and its
		## `Reporter::Level`. After an error the stream is gone.
		error_ev: any &optional;

		## Settings of the reader.
		config: table[string] of string &default=table();
	};

	## A stream for the analysis of files.
	type AnalysisDescription: record {
		## Where the data are: for most readers a file's name.
		source: string;
		## Who reads them: a reader that gives a single string.
		reader: Reader &default=Input::READER_BINARY;
		## How often.
		mode: Mode &default=default_mode;
		## The stream's name.
		name: string;

		## Settings of the reader.
		config: table[string] of string &default=table();
	};

	## Adds a stream into a table.
	##
	## description: what it reads, and where that goes.
	##
	## Returns: whether the description is right.
	global add_table: function(description: Input::TableDescription) : bool;

	## Adds a stream whose rows are events.
	##
	## description: what it reads, and where that goes.
	##
	## Returns: whether the description is right.
	global add_event: function(description: Input::EventDescription) : bool;

	## Would add a stream for the analysis of files, which needs a Bro that captures packets.
	##
	## description: what it reads.
	##
	## Returns: F, with an error.
	global add_analysis: function(description: Input::AnalysisDescription) : bool;

	## Removes a stream; what it put into a table stays.
	##
	## id: its name.
	##
	## Returns: whether there was one.
	global remove: function(id: string) : bool;

	## Has a stream look at its source again.
	##
	## id: its name.
	##
	## Returns: whether there is one.
	global force_update: function(id: string) : bool;

	## Raised when a source was read to its end, each time it was.
	##
	## name: the stream's name.
	##
	## source: where the data are.
	global end_of_data: event(name: string, source: string);
}

function add_table(description: Input::TableDescription) : bool
	{
	return __create_table_stream(description);
	}

function add_event(description: Input::EventDescription) : bool
	{
	return __create_event_stream(description);
	}

function add_analysis(description: Input::AnalysisDescription) : bool
	{
	return __create_analysis_stream(description);
	}

function remove(id: string) : bool
	{
	return __remove_stream(id);
	}

function force_update(id: string) : bool
	{
	return __force_update(id);
	}
