//! From loaded scripts to the exit status.
