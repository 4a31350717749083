//! `callboard`: one binary for the server and every command beside it.

fn main() -> std::process::ExitCode {
    callboard_server::main()
}
