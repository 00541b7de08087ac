##! Writes the names of all scripts loaded to `loaded_scripts.log`, each indented by how deep it was loaded.

@load base/utils/paths

module LoadedScripts;

export {
	redef enum Log::ID += { LOG };

	## A line of `loaded_scripts.log`.
	type Info: record {
		name: string &log;	##< The script's name, behind two blanks for each level.
	};
}

event bro_init() &priority=5
	{
	Log::create_stream(LoadedScripts::LOG, [$columns=Info, $path="loaded_scripts"]);
	}

event bro_script_loaded(path: string, level: count)
	{
	local indent = "";

	while ( |indent| < 2 * level )
		indent += "  ";

	Log::write(LoadedScripts::LOG, [$name=cat(indent, compress_path(path))]);
	}
