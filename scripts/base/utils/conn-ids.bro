##! Connections as texts.

module GLOBAL;

export {
	## A connection, the originator first: `1.2.3.4:1024 > 5.6.7.8:80`.
	global id_string: function(id: conn_id): string;

	## A connection, the originator first, with the arrow turned round: `1.2.3.4:1024 < 5.6.7.8:80`.
	global reverse_id_string: function(id: conn_id): string;

	## A connection with the arrow as the data flow: to the right from the originator, else to the left.
	global directed_id_string: function(id: conn_id, is_orig: bool): string;
}

function directed_id_string(id: conn_id, is_orig: bool): string
	{
	return fmt("%s:%d %s %s:%d", id$orig_h, id$orig_p, is_orig ? ">" : "<", id$resp_h, id$resp_p);
	}

function id_string(id: conn_id): string
	{
	return directed_id_string(id, T);
	}

function reverse_id_string(id: conn_id): string
	{
	return directed_id_string(id, F);
	}
