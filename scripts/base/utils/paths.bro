##! Paths in the manner of UNIX.

## A path that starts at the root or at a drive.
const absolute_path_pat = /(\/|[A-Za-z]:[\\\/]).*/;

## Finds an absolute path in a text.
##
## input: the text.
##
## Returns: the first one, up to a quote or a blank that is not escaped; "" where there is none.
function extract_path(input: string): string
	{
	local parts = split_string_n(input, /(\/|[A-Za-z]:[\\\/])([^\"\ ]|(\\\ ))*/, T, 1);
	return |parts| > 1 ? parts[1] : "";
	}

## Simplifies a path: resolves `..`, and drops `/./`, double slashes and a slash at the end.
##
## dir: the path.
##
## Returns: the path.
function compress_path(dir: string): string
	{
	local parent = /((\/)*([^\/]|\\\/)+)?((\/)+\.\.(\/)*)/;
	local parts = split_string_n(dir, parent, T, 1);

	while ( |parts| > 1 )
		{
		# With two steps up in a row there is nothing left to take away.
		if ( parts[1] == "../.." )
			return join_string_vec(parts, "");

		parts[1] = parts[1][0] == "/" ? "/" : "";
		dir = join_string_vec(parts, "");
		parts = split_string_n(dir, parent, T, 1);
		}

	dir = gsub(dir, /(\/\.?){2,}/, "/");

	if ( |dir| > 1 && dir[-1] == "/" )
		dir = dir[:-1];

	return dir;
	}

## Makes a path of a folder and a file's name.
##
## dir: the folder.
##
## file_name: the name.
##
## Returns: both joined, or the name alone where it is an absolute path.
function build_path(dir: string, file_name: string): string
	{
	return file_name == absolute_path_pat ? file_name : cat(dir, "/", file_name);
	}

## Makes a path as `build_path` does and simplifies it as `compress_path` does.
##
## dir: the folder.
##
## file_name: the name.
##
## Returns: the path.
function build_path_compressed(dir: string, file_name: string): string
	{
	return compress_path(build_path(dir, file_name));
	}
