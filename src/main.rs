//! Arguments in, exit status out.

use std::process::ExitCode;

/// Scripts allocate many small objects of few sizes and free them in no order, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    brood::cli::main()
}
