# What further declarations of an event may not say, and handlers that fit none.
global seen: event(host: addr, n: count);
global seen: event(n: count);
global seen: event(n: count);
global seen: event(host: addr, n: count);
global seen: event(other: string);
global seen: event(host: addr &default=1.1.1.1);
global seen: hook(host: addr);
global seen: count;

event seen(tag: string)
	{
	}

event seen(host: addr, n: count, more: count)
	{
	}
