##! Values as JSON.

@load base/utils/strings

## Turns a value into JSON.
##
## v: the value. Of functions, files, patterns and opaque values nothing is left but an empty string.
##
## only_loggable: whether to leave out fields of records that are not logged.
##
## field_escape_pattern: what to cut off the names of the record's fields; inside other values it is always `_`.
##
## Returns: the text.
function to_json(v: any, only_loggable: bool &default=F, field_escape_pattern: pattern &default=/^_/): string
	{
	local kind = type_name(v);
	local parts: string_vec = vector();

	switch ( sub(kind, /[^a-z].*$/, "") )
		{
		case "type":
			return "";

		case "bool":
			return cat(v) == "T" ? "true" : "false";

		case "int", "count", "time":
			return cat(v);

		case "double":
			return fmt("%.16g", v);

		case "port":
			return cat(port_to_count(to_port(cat(v))));

		case "string":
			return cat("\"", gsub(gsub(clean(cat(v)), /\\/, "\\\\"), /\"/, "\\\""), "\"");

		case "enum", "interval", "addr", "subnet":
			return cat("\"", v, "\"");

		case "record":
			local fields = record_fields(v);

			for ( name in fields )
				{
				local field = fields[name];

				if ( ! field?$value || (only_loggable && ! field$log) )
					next;

				# Asked first, since sub() takes any place for the start of the text.
				local key = field_escape_pattern in name ? sub(name, field_escape_pattern, "") : name;
				parts += cat("\"", key, "\": ", to_json(field$value, only_loggable));
				}

			return cat("{", join_string_vec(parts, ", "), "}");

		case "set", "vector":
			local elements: any_vec = vector();

			if ( kind[0] == "s" )
				elements = Option::any_set_to_any_vec(v);
			else
				elements = v;

			for ( i in elements )
				parts += to_json(elements[i], only_loggable);

			return cat("[", join_string_vec(parts, ", "), "]");

		case "table":
			local keys = Option::any_set_to_any_vec(table_keys(v));
			local values = table_values(v);

			for ( j in keys )
				{
				local index = to_json(keys[j]);
				local quote = index[0] == "\"" ? "" : "\"";
				parts += cat(quote, index, quote, ": ", to_json(values[j], only_loggable));
				}

			return cat("{", join_string_vec(parts, ", "), "}");
		}

	return "\"\"";
	}
