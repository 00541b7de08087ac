# A field that a record within a record does not have is dropped, as in Bro; who runs the script is told.
type Backend: record {
	path: string &default="";
};

type Options: record {
	sqlite: Backend &default=Backend();
	label: string &optional;
};

type Outer: record {
	options: Options &optional;
};

function path(o: Options): string
	{
	return o$sqlite$path;
	}

event bro_init()
	{
	print path([$sqlite=[$path="a", $speed=1]]);

	local two: table[string] of Outer = { ["deep"] = [$options=[$sqlite=[$files="b"]]] };
	print two;

	# These are all known.
	print path([$sqlite=[$path="c"], $label="d"]);
	}
