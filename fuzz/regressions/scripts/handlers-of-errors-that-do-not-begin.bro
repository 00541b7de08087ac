event bro_init() {
	create_stream(Reporter, []);
	}
event reporter_error(t: time, msg: string, location: string) &priority=-5
	{
	Log::write(Reporter::LOG, [$location=location]);
	}
event reporter_error(t: time, msg: string, location: string) &priority=-5
	{
	Log::write([$ts=t, $location=location]);
	}
