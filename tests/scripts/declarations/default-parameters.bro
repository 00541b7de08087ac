global greet: function(name: string, greeting: string &default="hello", times: count &default=1): string;

function greet(name: string, greeting: string, times: count): string
	{
	return fmt("%s %s x%d", greeting, name, times);
	}

event bro_init()
	{
	print greet("a"), greet("b", "bye"), greet("c", "hi", 3);
	}
