##! Settings of the reader of files as they are.

module InputBinary;

export {
	## Bytes in a piece.
	const chunk_size = 1024 &redef;
}
