module First;

export {
	global visible = 1;
	global f: function(): count;
}

global hidden = 2;

function f(): count { return hidden; }

module Second;

global hidden = 20;

event bro_init()
	{
	print First::visible, First::f(), hidden, Second::hidden;
	}
