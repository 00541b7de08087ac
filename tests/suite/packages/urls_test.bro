# base/utils/urls: URLs are taken apart.

@load base/utils/urls

function test_all_parts()
	{
	local url = decompose_uri("http://example.org:8080/a/b.tar.gz?x=1&y=2&z");
	assert url$scheme == "http" && url$netlocation == "example.org" && url$portnum == 8080;
	assert url$path == "/a/b.tar.gz" && url$file_name == "b.tar.gz";
	assert url$file_base == "b" && url$file_ext == "tar.gz";
	assert |url$params| == 2 && url$params["x"] == "1" && url$params["y"] == "2", "z has no value";
	}

function test_a_name_alone()
	{
	local url = decompose_uri("example.org");
	assert url$netlocation == "example.org" && url$path == "/";
	assert ! url?$scheme && ! url?$portnum && ! url?$file_name && ! url?$file_base && ! url?$file_ext && ! url?$params;
	}

function test_a_folder()
	{
	local url = decompose_uri("http://example.org/dir/");
	assert url$scheme == "http" && url$netlocation == "example.org" && url$path == "/dir/";
	assert ! url?$portnum && ! url?$file_name && ! url?$file_base && ! url?$file_ext && ! url?$params;
	}
