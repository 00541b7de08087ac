##! Settings of the reader that makes up rows. brood does not have it; the names are there for scripts that set them.

module InputBenchmark;

export {
	const factor = 1.0 &redef;	##< What each second multiplies the number of rows by.
	const spread = 0 &redef;	##< Microseconds between two rows.
	const autospread = 0.0 &redef;	##< Pauses that follow from the number of rows: 1000000 / autospread * rows.
	const addfactor = 0 &redef;	##< Rows more with each beat.
	const stopspreadat = 0 &redef;	##< From so many rows in a beat on there are no pauses.
	const timedspread = 0.0 &redef;	##< 1 spreads the rows over time.
}
