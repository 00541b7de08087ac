# A file as it is, in pieces.
redef InputBinary::chunk_size = 8;

type Piece: record {
	s: string;
};

event piece(description: Input::EventDescription, tpe: Input::Event, s: string)
	{
	print |s|, s;
	}

event bro_init()
	{
	Input::add_event([$source="parts/lines.txt", $name="pieces", $reader=Input::READER_BINARY, $fields=Piece,
	                  $ev=piece, $want_record=F]);
	Input::add_event([$source="1", $name="made up", $reader=Input::READER_BENCHMARK, $fields=Piece, $ev=piece,
	                  $want_record=F]);
	}
