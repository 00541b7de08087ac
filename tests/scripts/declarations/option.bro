module M;

export {
	option size = 5;
	option name: string = "x";
	option hosts: set[addr] = {};
}

redef size = 6;

event bro_init()
	{
	print M::size, M::name, |M::hosts|;
	print Option::set("M::size", 7), M::size;
	}
