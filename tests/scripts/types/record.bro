type Point: record {
	x: count;
	y: int &default=-1;
	label: string &optional;
};

event bro_init()
	{
	local p: Point = [$x=1];
	print p, p$x, p$y, p?$label;
	p$label = "here";
	p$x += 4;
	print p, p$label, p?$label;
	local q = Point($x=7, $label="q");
	print q;
	local r = [$a=1, $b="two"];
	print r, r$b, type_name(r);
	print |p|;
	}
