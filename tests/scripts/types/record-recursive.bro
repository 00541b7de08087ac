type Tree: record {
	name: string;
	kids: vector of Tree &optional;
	parent: Tree &optional;
};

event bro_init()
	{
	local leaf: Tree = [$name="leaf"];
	local root: Tree = [$name="root", $kids=vector(leaf)];
	print root;
	leaf$parent = root;
	print leaf$parent$name, root$kids[0]$name;
	print leaf$parent$kids[0]$parent$name;
	}
