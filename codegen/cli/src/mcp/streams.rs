//! The protocol over two streams of bytes.

use std::{
    io::{ErrorKind, Read, Write},
    thread,
    time::Duration,
};

use rmcp::{ServiceExt as _, service::ServerInitializeError};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, duplex},
    sync::{mpsc, oneshot},
};

use super::{exact_numbers::NumberMark, server::Server};
use crate::{
    error::{CliError, Exit},
    interrupt::Interrupt,
};

/// How many bytes wait between the streams and the SDK.
const BUFFER: usize = 64 * 1024;

/// The longest message of a client in bytes. A longer one is given to the SDK as it is, which refuses it.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;

/// How long the last messages may take to be read by the client, once the server ends.
pub(super) const LAST_MESSAGES: Duration = Duration::from_secs(2);

/// What the client sends, in pieces of any size.
pub(super) type Input = mpsc::Receiver<Vec<u8>>;

/// The messages to the client.
pub(super) type Output = mpsc::Sender<String>;

/// Serves until the client closes its stream or the interrupt is fired.
pub(super) async fn serve(
    server: Server,
    input: Input,
    output: Output,
    interrupt: &Interrupt,
) -> Result<(), CliError> {
    let mark = server.0.mark.clone();
    let (to_sdk, sdk_input) = duplex(BUFFER);
    let (sdk_output, from_sdk) = duplex(BUFFER);
    let marking = tokio::spawn(pass_input(mark.clone(), input, to_sdk));
    let mut restoring = tokio::spawn(pass_output(mark, from_sdk, output));
    let running = async {
        match server.serve((sdk_input, sdk_output)).await {
            Ok(service) => match service.waiting().await {
                Ok(_) => Ok(()),
                Err(error) => Err(CliError::new(Exit::Api, format!("the server failed: {error}"))),
            },
            // The client has gone before it began.
            Err(
                ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::TransportError { .. },
            ) => Ok(()),
            Err(error) => {
                Err(CliError::new(Exit::Api, format!("the client does not speak the protocol: {error}")))
            }
        }
    };
    // What runs when the service is dropped is cancelled.
    let ended = tokio::select! {
        ended = running => ended,
        () = interrupt.wait() => Ok(()),
        Ok(Ended::Closed) = &mut restoring => Err(CliError::new(Exit::PipeClosed, "the client closed the output")),
    };
    marking.abort();
    if !restoring.is_finished() {
        let _ = tokio::time::timeout(LAST_MESSAGES, restoring).await;
    }
    ended
}

/// Gives the SDK the messages of the client, in which numbers are marked.
async fn pass_input(mark: NumberMark, mut input: Input, mut to_sdk: DuplexStream) {
    let mut line = Vec::new();
    while let Some(bytes) = input.recv().await {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            line.extend_from_slice(piece);
            if !line.ends_with(b"\n") && line.len() < MAX_MESSAGE {
                continue;
            }
            let text = match String::from_utf8(std::mem::take(&mut line)) {
                Ok(text) if text.ends_with('\n') => {
                    let mut marked = mark.mark_message(text.trim_end().to_owned()).into_bytes();
                    marked.push(b'\n');
                    marked
                }
                Ok(text) => text.into_bytes(),
                Err(error) => error.into_bytes(),
            };
            if to_sdk.write_all(&text).await.is_err() {
                return;
            }
        }
    }
    // A last message without its end is none.
}

/// Why no more messages are given to the client.
enum Ended {
    /// The SDK has no more.
    Finished,
    /// The client takes no more.
    Closed,
}

/// Gives the client the messages of the SDK, in which marked texts are numbers.
async fn pass_output(mark: NumberMark, from_sdk: DuplexStream, output: Output) -> Ended {
    let mut lines = BufReader::new(from_sdk).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if output.send(mark.restore_message(line)).await.is_err() {
            return Ended::Closed;
        }
    }
    Ended::Finished
}

/// Reads a stream in a thread of its own: a read that waits for the client must not keep the process from ending.
pub(super) fn read_in_thread(mut stream: Box<dyn Read + Send>) -> Input {
    let (sender, receiver) = mpsc::channel(16);
    thread::spawn(move || {
        let mut buffer = vec![0; BUFFER];
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return,
                Ok(count) => {
                    let bytes = buffer.get(..count).unwrap_or_default().to_vec();
                    if sender.blocking_send(bytes).is_err() {
                        return;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    });
    receiver
}

/// Writes messages in a thread of its own, each at once. The receiver gets the result once there are no more.
pub(super) fn write_in_thread(
    mut stream: Box<dyn Write + Send>,
) -> (Output, oneshot::Receiver<Result<(), CliError>>) {
    let (sender, mut receiver) = mpsc::channel::<String>(16);
    let (done, written) = oneshot::channel();
    thread::spawn(move || {
        let mut write = || {
            while let Some(message) = receiver.blocking_recv() {
                stream.write_all(format!("{message}\n").as_bytes())?;
                stream.flush()?;
            }
            Ok(())
        };
        let result = write().map_err(|error| CliError::from_io("write to the client", &error));
        // Nobody waits for it any more if the client was too slow.
        let _ = done.send(result);
    });
    (sender, written)
}
