//! The type that every generated request builder wraps.

use std::{borrow::Cow, fmt, marker::PhantomData};

use crate::{
    call::accepting::Accepting,
    call::draft::Draft,
    call::future::{Sending, SendingRaw},
    client::core::Core,
    client::operation::Operation,
    client::options::CallOptions,
    error::ErrorKind,
    json::{self, Encode},
    response::decoded::Output,
    wire::body::{Body, TypedBody},
    wire::cookies::CookieStyle,
    wire::file_part::{FilePart, collect_files},
    wire::parameter::{QueryStyle, ToParameter},
    wire::percent::Reserved,
    wire::simple_style::SimpleStyle,
};

/// A request of one operation. The typestate `S` records which required fields are set.
///
/// The size of one pointer, so that inlined setters add little code to a program. What does not depend on the type of a
/// value is compiled once, in this crate.
pub struct Builder<S> {
    draft: Box<Draft>,
    state: PhantomData<fn() -> S>,
}

impl<S> Builder<S> {
    /// An empty request.
    #[inline]
    pub fn new(core: &Core, operation: &'static Operation) -> Self {
        Self { draft: Draft::new(core, operation), state: PhantomData }
    }

    /// Changes the typestate, where a caller selects a variant of the body.
    #[inline]
    pub fn with_state<T>(self) -> Builder<T> {
        Builder { draft: self.draft, state: PhantomData }
    }

    /// Sets a path parameter.
    #[inline]
    pub fn path(self, name: &'static str, value: impl ToParameter) -> Self {
        self.path_styled(name, SimpleStyle::Plain, value)
    }

    /// Sets a path parameter in another style.
    #[inline]
    pub fn path_styled(mut self, name: &'static str, style: SimpleStyle, value: impl ToParameter) -> Self {
        self.draft.set_path(name, style, value.to_parameter());
        self
    }

    /// Sets a query parameter in the style `form` with `explode`, the default of OpenAPI.
    #[inline]
    pub fn query<T>(self, name: &'static str, value: impl ToParameter) -> Builder<T> {
        self.query_styled(name, QueryStyle::FormExplode, value)
    }

    /// Sets a query parameter in another style.
    #[inline]
    pub fn query_styled<T>(
        mut self,
        name: &'static str,
        style: QueryStyle,
        value: impl ToParameter,
    ) -> Builder<T> {
        self.draft.set_query(name, style, value.to_parameter());
        self.with_state()
    }

    /// Sets a query parameter whose value keeps its reserved characters, except those that separate parameters.
    #[inline]
    pub fn query_reserved<T>(
        mut self,
        name: &'static str,
        style: QueryStyle,
        value: impl ToParameter,
    ) -> Builder<T> {
        self.draft.set_query_pairs(name, style, Reserved::Keep, value.to_parameter());
        self.with_state()
    }

    /// Sets a header whose value is an object with `key=value` pairs.
    #[inline]
    pub fn header_exploded<T>(mut self, name: &'static str, value: impl ToParameter) -> Builder<T> {
        self.draft.set_exploded_header(name, value.to_parameter());
        self.with_state()
    }

    /// Sets a header.
    #[inline]
    pub fn header<T>(mut self, name: &'static str, value: impl ToParameter) -> Builder<T> {
        self.draft.set_header(name, value.to_parameter());
        self.with_state()
    }

    /// Sets a cookie.
    #[inline]
    pub fn cookie<T>(mut self, name: &'static str, value: impl ToParameter) -> Builder<T> {
        self.draft.set_cookie(name, CookieStyle::Form, value.to_parameter());
        self.with_state()
    }

    /// Sets a cookie in another style, which may make several cookies of it.
    #[inline]
    pub fn cookie_styled<T>(
        mut self,
        name: &'static str,
        style: CookieStyle,
        value: impl ToParameter,
    ) -> Builder<T> {
        self.draft.set_cookie(name, style, value.to_parameter());
        self.with_state()
    }

    /// Sets a field of the body.
    #[inline]
    pub fn body<T>(mut self, name: &'static str, value: impl Encode) -> Builder<T> {
        let result = json::encode_into(&value, self.draft.begin_field(name));
        self.draft.finish_field(name, result);
        self.with_state()
    }

    /// Sets a field of the body that may have files within it.
    #[inline]
    pub fn body_with_files<T>(mut self, name: &'static str, value: impl Encode) -> Builder<T> {
        let (result, files) = collect_files(|| json::encode_into(&value, self.draft.begin_field(name)));
        self.draft.finish_field(name, result);
        self.draft.set_nested_files(name, files);
        self.with_state()
    }

    /// Sets the whole body as JSON.
    #[inline]
    pub fn whole_body<T>(mut self, value: impl Encode) -> Builder<T> {
        let result = json::to_vec(&value);
        self.draft.set_whole_body(result);
        self.with_state()
    }

    /// Sets the whole body, which may have files within it.
    #[inline]
    pub fn whole_body_with_files<T>(mut self, value: impl Encode) -> Builder<T> {
        let (result, files) = collect_files(|| json::to_vec(&value));
        self.draft.set_whole_body(result);
        self.draft.set_whole_files(files);
        self.with_state()
    }

    /// Sets a body that is not JSON.
    #[inline]
    pub fn raw_body<T>(mut self, value: impl Into<Body>) -> Builder<T> {
        self.draft.set_raw_body(value.into());
        self.with_state()
    }

    /// Sets a body that is not JSON, with its media type.
    #[inline]
    pub fn typed_body<T>(mut self, value: impl Into<TypedBody>) -> Builder<T> {
        let TypedBody { media_type, body, error } = value.into();
        if let Some(error) = error {
            self.draft.record_error(ErrorKind::Request, &format!("cannot send the body: {error}"));
            return self.with_state();
        }
        self.draft.set_raw_body(body);
        self.header("content-type", media_type)
    }

    /// Sets a field of the body that is a file.
    #[inline]
    pub fn file<T>(mut self, name: &'static str, value: impl Into<FilePart>) -> Builder<T> {
        self.draft.set_file(name, value.into());
        self.with_state()
    }

    /// Sets a field of the body that is a list of files.
    #[inline]
    pub fn files<T>(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = impl Into<FilePart>>,
    ) -> Builder<T> {
        self.draft.set_files(name, values.into_iter().map(Into::into));
        self.with_state()
    }

    /// Sets a body whose fields are all files.
    #[inline]
    pub fn named_files<T>(
        mut self,
        values: impl IntoIterator<Item = (impl Into<String>, impl Into<FilePart>)>,
    ) -> Builder<T> {
        let files = values.into_iter().map(|(name, file)| (Cow::Owned(name.into()), file.into()));
        self.draft.set_named_files(files);
        self.with_state()
    }

    /// Replaces the body by one of another media type, as this operation has it. The next call of a setter sets the whole body.
    #[inline]
    #[must_use]
    pub fn replace_body(mut self, operation: &'static Operation) -> Self {
        self.draft.replace_body(operation);
        self
    }

    /// Removes a field of the body that still has the value with which the request started.
    #[must_use]
    pub fn unset_body(mut self, name: &'static str, value: impl Encode) -> Self {
        if let Ok(value) = json::to_vec(&value) {
            self.draft.unset_field(name, &value);
        }
        self
    }

    /// Sets options that differ from the settings of the client.
    #[inline]
    #[must_use]
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.draft.merge_options(options);
        self
    }

    pub(crate) fn into_draft(self) -> Box<Draft> {
        self.draft
    }

    /// Requests the response in this media type, which is decoded into another type than that of `send`.
    #[inline]
    pub fn accept<T>(mut self, media_type: &'static str) -> Accepting<T> {
        self.draft.set_header("accept", media_type.to_parameter());
        Accepting::new(self.draft)
    }

    /// Sends the request.
    #[inline]
    pub fn send<T: Output>(self) -> Sending<T> {
        Sending::new(self.draft)
    }

    /// Sends the request and returns the value with status, headers and body.
    #[inline]
    pub fn send_raw<T: Output>(self) -> SendingRaw<T> {
        SendingRaw::new(self.draft)
    }

    /// Formats the operation and the names of the fields that are set, without values, which may be secret.
    #[inline]
    pub fn fmt_request(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.draft.fmt_request(name, f)
    }
}

impl<S> fmt::Debug for Builder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.draft.fmt_request("Builder", f)
    }
}
