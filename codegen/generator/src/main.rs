//! The command `openapi-client`: generates a Rust client of an API from its OpenAPI document.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    openapi_client_generator::run()
}
