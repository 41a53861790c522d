//! Uploads a file: one call creates the file record, sends the bytes to the storage, and waits until the file is ready.
//!
//! ```text
//! cargo run -p whop --features mock --example upload_file -- --local
//! WHOP_API_KEY=… WHOP_FILE=report.pdf cargo run -p whop --features mock --example upload_file
//! ```
//! `WHOP_FILE` is the path of the file; without it a few lines of text are uploaded. With `--local` the mock server needs
//! longer than the upload waits, to show how to continue waiting.

mod support;

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use whop::mock::{self, Server};
use whop::models::UploadStatus;
use whop::upload::{Content, UploadError};

#[tokio::main]
async fn main() -> support::Result {
    let whop = support::Whop::start().await?;
    let files = whop.client.files();
    let (name, content) = read_content()?;
    let mut upload =
        files.upload(name, content).on_progress(|sent, total| println!("sent     {sent} of {total} bytes"));
    if let Some(server) = &whop.local {
        delay_processing(server);
        upload = upload.poll_every(Duration::from_millis(100)).wait_at_most(Duration::from_millis(250));
    }

    let file = match upload.send().await {
        // The bytes are uploaded and the file has an id, so waiting can continue, even in another process.
        Err(UploadError::NotReady { file_id, file_status, waited }) => {
            println!("waiting  {file_id} is still {file_status} after {} ms", waited.as_millis());
            files.wait_until_ready(file_id).send().await?
        }
        Err(error) => {
            println!("failed   {error}");
            return Err(error.into());
        }
        Ok(file) => file,
    };
    println!("uploaded {} is {}, {} bytes", file.id, file.upload_status, file.size.unwrap_or_default());
    // The URL of a private file expires: store the id and retrieve the file when its URL is needed.
    println!("read it  at {}", file.url.as_deref().unwrap_or("no URL"));
    Ok(())
}

/// The file name with its extension, and the content.
fn read_content() -> support::Result<(String, Content)> {
    let Some(path) = env::var_os("WHOP_FILE").map(PathBuf::from) else {
        return Ok(("hello.txt".to_owned(), Content::from(b"Hello, Whop.\n".repeat(10))));
    };
    let name = path.file_name().ok_or("WHOP_FILE is not the path of a file")?.to_string_lossy().into_owned();
    // The file is read in chunks while it is sent, and reopened for a retry.
    Ok((name, Content::from(path)))
}

/// Makes the mock server report the file as `processing` at first.
fn delay_processing(server: &Server) {
    let mut file = server.example(mock::files::retrieve);
    file.upload_status = UploadStatus::Processing;
    server.when(mock::files::retrieve).then_return(file).times(4).then_respond_by_default();
}
