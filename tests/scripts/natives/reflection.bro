# What scripts can ask about themselves.
module Test;

export {
	type Color: enum { RED, GREEN };
	type R: record {
		a: count &default=3 &log;
		b: string &optional;
		c: set[addr] &optional;
	};
	option opt = T;
	const fixed = 1 &redef;
}

global hidden = vector(1, 2);

event bro_init()
	{
	local fields = record_fields(R($b="x"));
	for ( name in fields )
		print name, fields[name]$log, fields[name]?$value, fields[name]?$default_val;
	print fields["a"]$default_val, fields["b"]$value;
	local ids = global_ids();
	for ( id in set("Test::opt", "Test::fixed", "Test::hidden", "Test::RED", "Test::R", "bro_init") )
		{
		local i = ids[id];
		print id, i$type_name, i$exported, i$constant, i$enum_constant, i$option_value, i$redefinable, i?$value;
		}
	print lookup_ID("Test::hidden"), lookup_ID("Test::GREEN"), lookup_ID("Test::R"), lookup_ID("Test::none");
	print enum_names(Color);
	print enum_to_int(GREEN), type_name(RED), type_name(R()), type_name(fields);
	print record_type_to_vector("Test::R");
	print is_event_handled("bro_init"), is_event_handled("bro_done"), is_event_handled("Test::opt");
	}
