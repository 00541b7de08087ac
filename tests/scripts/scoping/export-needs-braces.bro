module M;

export {
	global a = 1;
	type T1: record { x: count; };
	const c = 2 &redef;
}

redef c = 3;

module N;

event bro_init()
	{
	local t: M::T1 = [$x=5];
	print M::a, M::c, t;
	}
