//! A response that is a stream of server-sent events.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_core::Stream;

use crate::{
    call::draft::Draft,
    call::execute::execute,
    error::Error,
    json::{self, Decode, DecodeError, StrictUnions, quote},
    response::decoded::{Output, Text},
    response::events::event_parser::{EventParser, RawEvent, is_end_marker},
    response::events::frame_reader::FrameReader,
    response::parts::ResponseParts,
    wire::parameter::ToParameter,
};

/// What the data of an event is decoded into: every type that is decoded from JSON, and [`Text`] for data that is not JSON.
pub trait EventData: Sized {
    /// Decodes the data of an event.
    ///
    /// # Errors
    /// [`DecodeError`] if the data does not have this type.
    fn from_data(data: &str) -> Result<Self, DecodeError>;

    /// Decodes an event with this name and data.
    ///
    /// # Errors
    /// [`DecodeError`] if the event does not have this type.
    #[inline]
    fn from_event(name: &str, data: &str) -> Result<Self, DecodeError> {
        let _ = name;
        Self::from_data(data)
    }
}

impl<T: Decode> EventData for T {
    #[inline]
    fn from_data(data: &str) -> Result<Self, DecodeError> {
        json::from_str(data)
    }
}

impl EventData for Text {
    fn from_data(data: &str) -> Result<Self, DecodeError> {
        Ok(Self(data.to_owned()))
    }
}

/// An event that is described as a whole: an object with the properties `event` and `data`, of which the name of the event
/// selects the variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeEvent<T>(pub T);

impl<T: Decode> EventData for WholeEvent<T> {
    fn from_data(data: &str) -> Result<Self, DecodeError> {
        Self::from_event("message", data)
    }

    fn from_event(name: &str, data: &str) -> Result<Self, DecodeError> {
        let name = quote(name);
        let decode = |data: &str| json::from_str(&format!(r#"{{"event":{name},"data":{data}}}"#)).map(Self);
        // Data that is not JSON is a text, and so may be data that is.
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(data).is_ok();
        let text = quote(data);
        let strict = StrictUnions::set(true);
        let typed = if is_json { decode(data).or_else(|_| decode(&text)) } else { decode(&text) };
        drop(strict);
        // An event of another type than its name says is unknown.
        typed.or_else(|_| if is_json { decode(data) } else { decode(&text) })
    }
}

/// A server-sent event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<T> {
    /// The name of the event; `message` if the server did not send one.
    pub event: String,
    /// The id of the event, or of the last event before it that had one.
    pub id: Option<String>,
    /// The data.
    pub data: T,
}

/// A response that is a stream of server-sent events (`text/event-stream`).
///
/// Events arrive as the server sends them. Comments, which keep the connection alive, are skipped, and an event with the data
/// `[DONE]` ends the stream. The client does not reconnect by itself: see [`reconnect`](Self::reconnect).
///
/// If nothing arrives within the timeout of an attempt, the stream fails. An event must not be longer than the limit on the
/// length of a response.
pub struct EventStream<T> {
    reader: FrameReader<EventParser>,
    value: PhantomData<fn() -> T>,
}

impl<T: EventData + 'static> EventStream<T> {
    /// The next event, or `None` at the end. After an error of kind `Decode`, which concerns one event, the stream continues; every
    /// other error ends it.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the data of the event does not have the type `T`: the error has the
    /// data as its body. [`ErrorKind::Transport`](crate::ErrorKind::Transport) if the connection fails, or ends in the middle of
    /// an event, [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) if nothing arrives in time, and
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if an event is too long.
    pub async fn try_next(&mut self) -> Result<Option<Event<T>>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// The id of the last event that had one, which [`reconnect`](Self::reconnect) sends.
    pub fn last_event_id(&self) -> Option<&str> {
        self.reader.frames.last_id.as_deref()
    }

    /// The delay that the server asks for before a client reconnects.
    pub fn retry(&self) -> Option<Duration> {
        self.reader.frames.retry
    }

    /// Sends the request again, with the id of the last event as `Last-Event-ID`, and continues with the events of the new
    /// response. It does not wait for [`retry`](Self::retry) before. The request has a new idempotency key, unless the caller
    /// set one: a server that does not continue streams starts another.
    ///
    /// # Errors
    /// The errors of the request, and [`ErrorKind::Request`](crate::ErrorKind::Request) if the body of the request was a stream
    /// or a file, which can be read only once. The stream can be reconnected again after an error.
    pub async fn reconnect(&mut self) -> Result<(), Error> {
        let parts = execute(self.next_request()?, true).await?;
        self.resume(parts)
    }

    fn next_request(&self) -> Result<Box<Draft>, Error> {
        let mut request = self.reader.request()?;
        // An empty id means that there is none.
        if let Some(id) = self.reader.frames.last_id.as_ref().filter(|id| !id.is_empty()) {
            request.set_header("Last-Event-ID", id.to_parameter());
        }
        Ok(request)
    }

    fn resume(&mut self, mut parts: ResponseParts) -> Result<(), Error> {
        let (last_id, retry) = (self.reader.frames.last_id.clone(), self.retry());
        *self = Self::from_response(&mut parts)?;
        self.reader.frames.last_id = last_id;
        self.reader.frames.retry = retry;
        Ok(())
    }

    /// Like [`reconnect`](Self::reconnect), but blocks this thread.
    ///
    /// # Errors
    /// The errors of [`reconnect`](Self::reconnect), and [`ErrorKind::Config`](crate::ErrorKind::Config) inside an async task,
    /// which must not block its thread.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn reconnect_blocking(&mut self) -> Result<(), Error> {
        let request = self.next_request()?;
        let parts = crate::call::blocking::block_on(execute(request, true))??;
        self.resume(parts)
    }

    /// Iterates over the events and blocks the thread while it waits for one.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn iter_blocking(self) -> BlockingEvents<T> {
        BlockingEvents(self)
    }

    fn convert(&mut self, frame: Result<RawEvent, Error>) -> Option<Result<Event<T>, Error>> {
        let event = match frame {
            Ok(event) => event,
            Err(error) => return Some(Err(error)),
        };
        if is_end_marker(&event.data) {
            self.reader.end();
            return None;
        }
        let name = if event.name.is_empty() { "message".to_owned() } else { event.name };
        Some(match T::from_event(&name, &event.data) {
            Ok(data) => Ok(Event { event: name, id: self.reader.frames.last_id.clone(), data }),
            Err(error) => Err(self.reader.decode_error(&event.data, error, "an event of the response")),
        })
    }
}

impl<T: EventData + 'static> Stream for EventStream<T> {
    type Item = Result<Event<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let frame = ready!(this.reader.poll_frame(cx));
        Poll::Ready(frame.and_then(|frame| this.convert(frame)))
    }
}

impl<T: EventData + 'static> Output for EventStream<T> {
    const STREAMED: bool = true;

    fn from_response(parts: &mut ResponseParts) -> Result<Self, Error> {
        let reader = FrameReader::new(EventParser::default(), "text/event-stream", parts)?;
        Ok(Self { reader, value: PhantomData })
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operation, _) = self.reader.debug_head();
        f.debug_struct("EventStream")
            .field("operation", &operation)
            .field("last_event_id", &self.reader.frames.last_id)
            .finish_non_exhaustive()
    }
}

/// An iterator over the events of a stream, which blocks the thread while it waits for one.
#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
pub struct BlockingEvents<T>(EventStream<T>);

#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
impl<T: EventData + 'static> BlockingEvents<T> {
    /// See [`EventStream::last_event_id`].
    pub fn last_event_id(&self) -> Option<&str> {
        self.0.last_event_id()
    }

    /// The stream, for example to reconnect it.
    pub fn into_stream(self) -> EventStream<T> {
        self.0
    }
}

#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
impl<T: EventData + 'static> Iterator for BlockingEvents<T> {
    type Item = Result<Event<T>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let frame = self.0.reader.wait_frame()?;
        self.0.convert(frame)
    }
}

#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
impl<T> fmt::Debug for BlockingEvents<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
