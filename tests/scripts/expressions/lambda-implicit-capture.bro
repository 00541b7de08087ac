event bro_init()
	{
	local greeting = "hi";
	local f = function(name: string) { print greeting, name; };
	f("you");
	}
