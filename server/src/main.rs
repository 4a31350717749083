//! `callboard`: one binary for the server and every command beside it.

/// glibc's allocator keeps what a busy hour needed; this one gives it back.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    callboard_server::main()
}
