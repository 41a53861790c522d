//! A client of HTTP/1.1 with one connection, as a sender of webhooks has. It tells a broken connection from a response.

use std::io;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

use super::events::SignedDelivery;

/// A connection that is kept between requests.
#[derive(Debug)]
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) async fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends a delivery and reads the status of the response.
    pub(crate) async fn send(&mut self, delivery: &SignedDelivery) -> io::Result<u16> {
        let head = format_head("POST", delivery, delivery.body.len());
        self.write(&[head.as_bytes(), &delivery.body].concat()).await?;
        Ok(self.read_response().await?.0)
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes).await
    }

    /// Reads a response: its status and its body.
    pub(crate) async fn read_response(&mut self) -> io::Result<(u16, String)> {
        let head = self.read_line().await?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, head))?;
        let mut length = 0;
        loop {
            let line = self.read_line().await?;
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await?;
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }

    /// Says that this side sends nothing more.
    pub(crate) async fn finish_sending(&mut self) -> io::Result<()> {
        self.0.shutdown().await
    }

    /// Reads a line without its end. The end of the connection is an error.
    async fn read_line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.0.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

/// The head of a request that announces a body of this length.
pub(crate) fn format_head(method: &str, delivery: &SignedDelivery, length: usize) -> String {
    let mut head = format!("{method} /webhooks HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n");
    for (name, value) in delivery.headers() {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head + "\r\n"
}
