##! Asks web servers, inside the condition of a `when`. The program `curl` does the work.

@load ./exec

module ActiveHTTP;

export {
	## How long requests may take where nothing else is said.
	option default_max_time = 1min;

	## The method of requests that name none.
	option default_method = "GET";

	## What a server answered.
	type Response: record {
		code: count;	##< The status; 0 where there was no answer.
		msg: string;	##< The text behind the status.
		body: string &optional;	##< The content, without ends of lines.
		headers: table[string] of string &optional;	##< The headers by name.
	};

	## A request.
	type Request: record {
		url: string;	##< What is asked for.
		method: string &default=default_method;	##< `GET`, `POST` and so on.
		## Content that goes to the server. The method is not chosen by it.
		client_data: string &optional;
		max_time: interval &default=default_max_time;	##< How long it may take.
		## Further arguments for `curl`, which the shell sees as they are: what comes from elsewhere must go through
		## `str_shell_escape` first.
		addl_curl_args: string &optional;
	};

	## Asks a server. Only for conditions of `when`, which goes on with the answer.
	##
	## req: the request.
	##
	## Returns: the answer.
	global request: function(req: ActiveHTTP::Request): ActiveHTTP::Response;
}

# The command for a request.
function request2curl(r: Request, bodyfile: string, headersfile: string): string
	{
	local cmd = fmt("curl -s -g -o \"%s\" -D \"%s\" -X \"%s\" -m %.0f", str_shell_escape(bodyfile),
	                str_shell_escape(headersfile), str_shell_escape(r$method), r$max_time);

	if ( r?$client_data )
		cmd += " -d @-";

	if ( r?$addl_curl_args )
		cmd += " " + r$addl_curl_args;

	cmd += fmt(" \"%s\"", str_shell_escape(r$url));

	# An answer without content leaves no file.
	return fmt("%s && touch \"%s\"", cmd, str_shell_escape(bodyfile));
	}

# Fills in the status and headers. F where there is no status.
function read_headers(lines: string_vec, resp: Response): bool
	{
	for ( i in lines )
		{
		if ( i == 0 )
			{
			local status = split_string_n(lines[0], /[[:blank:]]+/, F, 2);

			if ( |status| != 3 )
				return F;

			resp$code = to_count(status[1]);
			resp$msg = status[2];
			next;
			}

		local header = split_string1(lines[i], /:/);

		# The carriage return at the end of the line goes.
		if ( |header| == 2 )
			resp$headers[header[0]] = sub_bytes(header[1], 0, |header[1]| - 1);
		}

	return |lines| > 0;
	}

function request(req: Request): ActiveHTTP::Response
	{
	local place = "/tmp/bro-activehttp-" + unique_id("");
	local bodyfile = place + "_body";
	local headersfile = place + "_headers";
	local cmd = request2curl(req, bodyfile, headersfile);
	local stdin_data = req?$client_data ? req$client_data : "";

	return when ( local result = Exec::run([$cmd=cmd, $stdin=stdin_data,
	                                        $read_files=set(bodyfile, headersfile)]) )
		{
		local resp = Response($code=0, $msg="", $body="", $headers=table());

		if ( ! result?$files || headersfile !in result$files )
			Reporter::error(fmt("There was a failure when requesting \"%s\" with ActiveHTTP.", req$url));
		else if ( read_headers(result$files[headersfile], resp) && bodyfile in result$files )
			resp$body = join_string_vec(result$files[bodyfile], "");

		return resp;
		}
	}
