# env: PATH=parts/bin:/usr/bin:/bin
# A request goes through curl, here through one that only shows what it is asked.
@load base/utils/active-http
# The names of files in messages are others each time.
redef Reporter::errors_to_stderr = F;

event bro_init()
	{
	local request = ActiveHTTP::Request($url="http://example.net/?q=$HOME", $method="POST", $client_data="data",
	                                    $max_time=5sec, $addl_curl_args="-k");

	when ( local response = ActiveHTTP::request(request) )
		{
		print response$code, response$msg, response$body;
		print response$headers["Content-Type"], |response$headers|;

		when ( local failed = ActiveHTTP::request([$url="fail"]) )
			print failed;
		}
	}
