##! Settings of the writer that writes nothing; it serves tests.

module LogNone;

export {
	## Print what would have been done.
	const debug = F &redef;
}

# There is no file to take care of.
function default_rotation_postprocessor_func(info: Log::RotationInfo) : bool
	{
	return T;
	}

redef Log::default_rotation_postprocessors += { [Log::WRITER_NONE] = default_rotation_postprocessor_func };
