//! Uploads a file: one call makes its record, sends the bytes to the storage that Whop names, and waits until it is ready.
//!
//! ```text
//! cargo run -p whop --features mock --example upload_file -- --local
//! WHOP_API_KEY=… WHOP_FILE=report.pdf cargo run -p whop --features mock --example upload_file
//! ```
//! `WHOP_FILE` is the path of the file; without it a few lines of text are uploaded. With `--local` the local Whop takes
//! longer than the upload waits, so that the wait has to be taken up again.

mod support;

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use whop::mock::{self, Server};
use whop::models::UploadStatuses;
use whop::upload::{Content, UploadError};

#[tokio::main]
async fn main() -> support::Result {
    let whop = support::Whop::start().await?;
    let files = whop.client.files();
    let (name, content) = content()?;
    let mut upload =
        files.upload(name, content).on_progress(|sent, total| println!("sent     {sent} of {total} bytes"));
    if let Some(server) = &whop.local {
        be_slow(server);
        upload = upload.poll_every(Duration::from_millis(100)).wait_at_most(Duration::from_millis(250));
    }

    let file = match upload.send().await {
        // The bytes are where they belong, and their file is known: whoever has its id can wait on, in another program too.
        Err(UploadError::NotReady { file_id, file_status, waited }) => {
            println!("waiting  {file_id} is still {file_status} after {} ms", waited.as_millis());
            files.wait_until_ready(file_id).send().await?
        }
        Err(error) => {
            println!("failed   at the step {:?}, file {:?}", error.step(), error.file_id());
            return Err(error.into());
        }
        Ok(file) => file,
    };
    println!("uploaded {} is {}, {} bytes", file.id, file.upload_status, file.size.as_deref().unwrap_or("?"));
    // The address of a private file expires: ask for the file again in place of storing it.
    println!("read it  at {}", file.url.as_deref().unwrap_or("no address"));
    Ok(())
}

/// The name under which the file is known, with its extension, and what it holds.
fn content() -> support::Result<(String, Content)> {
    let Some(path) = env::var_os("WHOP_FILE").map(PathBuf::from) else {
        return Ok(("hello.txt".to_owned(), Content::from(b"Hello, Whop.\n".repeat(10))));
    };
    let name = path.file_name().ok_or("WHOP_FILE names no file")?.to_string_lossy().into_owned();
    // Read in pieces while it is sent, and again if it has to be sent again.
    Ok((name, Content::from(path)))
}

/// Has the local Whop process the bytes for a while.
fn be_slow(server: &Server) {
    let mut file = server.example(mock::files::retrieve);
    file.upload_status = UploadStatuses::Processing;
    server.when(mock::files::retrieve).then_return(file).times(4).then_respond_by_default();
}
