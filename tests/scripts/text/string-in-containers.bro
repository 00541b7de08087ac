event bro_init()
	{
	print vector("a b", "c\"d", "tab\there"), set("x,y"), table(["k\n"] = "v\x01");
	print [$s="quoted \"here\"", $e=""];
	}
