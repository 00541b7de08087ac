##! Takes the values of options from files: on each line the name of an option and, behind blanks, its value.

@load ./main
@load base/frameworks/cluster

module Config;

export {
	## Files that hold values of options. They are read at the start and again whenever they change, so a new version
	## should be moved into place as a whole. Two files should not name the same option.
	const config_files: set[string] = {} &redef;

	## Takes the values of a file once.
	##
	## filename: the file.
	global read_config: function(filename: string);
}

# What the files say now, by option.
global current_config: table[string] of string = table();

type ConfigItem: record {
	option_nv: string;
};

type EventFields: record {
	option_name: string;
	option_val: string;
};

# The stream needs an event for its rows; `InputConfig::new_value` has the values in the options' types.
event config_line(description: Input::EventDescription, tpe: Input::Event, p: EventFields)
	{
	}

# The manager reads, and tells the other nodes.
function reads_files(): bool
	{
	return ! Cluster::is_enabled() || Cluster::local_node_type() == Cluster::MANAGER;
	}

event bro_init() &priority=5
	{
	if ( ! reads_files() )
		return;

	for ( path in config_files )
		Input::add_table([$reader=Input::READER_CONFIG, $mode=Input::REREAD, $source=path,
		                  $name=cat("config-", path), $idx=ConfigItem, $val=ConfigItem, $want_record=F,
		                  $destination=current_config]);
	}

event InputConfig::new_value(name: string, source: string, id: string, value: any)
	{
	if ( starts_with(name, "config-oneshot-") || source in config_files )
		Config::set_value(id, value, source);
	}

function read_config(filename: string)
	{
	if ( ! reads_files() )
		return;

	local name = cat("config-oneshot-", filename);
	Input::add_event([$reader=Input::READER_CONFIG, $mode=Input::MANUAL, $source=filename, $name=name,
	                  $fields=EventFields, $ev=config_line]);

	# It reads once before it goes.
	Input::remove(name);
	}
