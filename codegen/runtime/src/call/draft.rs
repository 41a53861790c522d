//! A request that is being built.
//!
//! The generic request builders delegate to this type, so that the code of their setters is compiled once.

use std::{borrow::Cow, fmt};

use http::{HeaderMap, header::COOKIE};
use percent_encoding::percent_decode_str;

use crate::{
    client::core::Core,
    client::operation::Operation,
    client::options::{CallOptions, DEFAULT_OPTIONS},
    client::service::Authentication,
    error::{Error, ErrorKind},
    json::scalar_text,
    wire::body::Body,
    wire::body_encoding::BodyEncoding,
    wire::cookies::{CookieStyle, cookie_pairs, format_cookies, join_cookies, remove_cookies},
    wire::entry_buffer::EntryBuffer,
    wire::file_part::FilePart,
    wire::headers::parse_header,
    wire::parameter::{Parameter, QueryStyle, append_query},
    wire::percent::{Reserved, percent_encode},
    wire::request_body::RequestBody,
    wire::simple_style::{SimpleStyle, format_exploded, format_path, format_simple},
};

pub(crate) struct Draft {
    pub(crate) core: Core,
    pub(crate) operation: &'static Operation,
    /// The path template, if it is not that of the operation.
    pub(crate) template: Option<String>,
    /// The path and the query of the URL, if a server sent them for a page of a list.
    pub(crate) target: Option<String>,
    /// The number of the first page of the list, if it is known from that page.
    pub(crate) first_page: Option<i64>,
    /// Percent-encoded values.
    pub(crate) path: Vec<(&'static str, String)>,
    /// Percent-encoded pairs.
    pub(crate) query: EntryBuffer,
    pub(crate) headers: HeaderMap,
    /// Percent-encoded values.
    cookies: Vec<(&'static str, String)>,
    pub(crate) body: RequestBody,
    /// Whether the body is that of another media type than the usual one.
    replaced: Replaced,
    options: Option<Box<CallOptions>>,
    /// The first error of a setter, which fails the call before anything is sent.
    error: Option<(ErrorKind, String)>,
}

/// Whether the body of a request is replaced by one of another media type.
#[derive(Clone, Copy)]
enum Replaced {
    No,
    /// The next change of the body sets it.
    Soon {
        usual: BodyEncoding,
    },
    Yes {
        usual: BodyEncoding,
    },
}

impl Draft {
    pub(crate) fn new(core: &Core, operation: &'static Operation) -> Box<Self> {
        Box::new(Self {
            core: core.clone(),
            operation,
            template: None,
            target: None,
            first_page: None,
            path: Vec::new(),
            query: EntryBuffer::default(),
            headers: HeaderMap::new(),
            cookies: Vec::new(),
            body: RequestBody::default(),
            replaced: Replaced::No,
            options: None,
            error: None,
        })
    }

    /// Clones the request, for the next page of a list or another connection. A stream in the body can be sent once.
    pub(crate) fn duplicate(&self) -> Box<Self> {
        Box::new(Self {
            core: self.core.clone(),
            operation: self.operation,
            template: self.template.clone(),
            target: self.target.clone(),
            first_page: self.first_page,
            path: self.path.clone(),
            query: self.query.clone(),
            headers: self.headers.clone(),
            cookies: self.cookies.clone(),
            body: self.body.duplicate(),
            replaced: self.replaced,
            options: self.options.clone(),
            error: self.error.clone(),
        })
    }

    /// Makes the call fail with this error, unless an earlier one was recorded.
    pub(crate) fn record_error(&mut self, kind: ErrorKind, text: &str) {
        self.error.get_or_insert_with(|| (kind, text.to_owned()));
    }

    fn record_invalid(&mut self, what: &str, name: &str, why: &str) {
        self.error
            .get_or_insert_with(|| (ErrorKind::Request, format!("cannot send the {what} `{name}`: {why}")));
    }

    pub(crate) fn error(&self) -> Option<Error> {
        self.error.as_ref().map(|(kind, text)| Error::new(*kind, text.as_str()))
    }

    pub(crate) fn options(&self) -> &CallOptions {
        self.options.as_deref().unwrap_or(&DEFAULT_OPTIONS)
    }

    pub(crate) fn take_options(&mut self) -> Option<Box<CallOptions>> {
        self.options.take()
    }

    pub(crate) fn set_path(&mut self, name: &'static str, style: SimpleStyle, value: Parameter<'_>) {
        match format_path(name, style, value) {
            Ok(value) => set_pair(&mut self.path, name, value),
            Err(why) => self.record_invalid("path parameter", name, &why),
        }
    }

    pub(crate) fn set_query(&mut self, name: &'static str, style: QueryStyle, value: Parameter<'_>) {
        self.set_query_pairs(name, style, Reserved::Encode, value);
    }

    pub(crate) fn set_query_pairs(
        &mut self,
        name: &'static str,
        style: QueryStyle,
        reserved: Reserved,
        value: Parameter<'_>,
    ) {
        let mut pairs = String::new();
        match append_query(&mut pairs, name, style, reserved, value) {
            Ok(()) => self.query.begin_entry(Cow::Borrowed(name), |_| {}).extend_from_slice(pairs.as_bytes()),
            Err(why) => self.record_invalid("query parameter", name, &why),
        }
    }

    /// Renames a query parameter and keeps its values.
    pub(crate) fn rename_query(&mut self, from: &str, to: &'static str) {
        let found = self.query.values().find(|(name, _)| *name == from).map(|(_, pairs)| pairs.to_vec());
        if let Some(pairs) = found {
            let text = String::from_utf8_lossy(&pairs)
                .replace(&format!("&{}=", percent_encode(from)), &format!("&{}=", percent_encode(to)));
            self.query.begin_entry(Cow::Borrowed(to), |_| {}).extend_from_slice(text.as_bytes());
            self.query.remove(from);
        }
    }

    /// The text of a query parameter or of a field of the body that is set.
    pub(crate) fn parameter_text(&self, name: &str, is_in_body: bool) -> Option<String> {
        let entries = if is_in_body { &self.body.fields } else { &self.query };
        let (_, value) = entries.values().find(|(other, _)| *other == name)?;
        let value = std::str::from_utf8(value).ok()?;
        if is_in_body {
            return scalar_text(value);
        }
        let (_, value) = value.split_once('=')?;
        percent_decode_str(value).decode_utf8().ok().map(Cow::into_owned)
    }

    pub(crate) fn set_header(&mut self, name: &'static str, value: Parameter<'_>) {
        self.set_header_text(name, format_simple(value));
    }

    pub(crate) fn set_exploded_header(&mut self, name: &'static str, value: Parameter<'_>) {
        self.set_header_text(name, format_exploded(value));
    }

    fn set_header_text(&mut self, name: &'static str, value: Result<Cow<'_, str>, String>) {
        match value.and_then(|value| parse_header(name, &value)) {
            Ok((name, value)) => {
                self.headers.insert(name, value);
            }
            Err(why) => self.record_invalid("header", name, &why),
        }
    }

    pub(crate) fn set_cookie(&mut self, name: &'static str, style: CookieStyle, value: Parameter<'_>) {
        let own = match format_cookies(name, style, value) {
            Ok(own) => own,
            Err(why) => return self.record_invalid("cookie", name, &why),
        };
        let header = self.headers.get(COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // What an earlier call of the setter added may have other names.
        let earlier = self.cookies.iter().find(|(other, _)| *other == name).map_or("", |(_, own)| own);
        let header = remove_cookies(header, earlier);
        if let Some(key) = self.find_taken_cookie(name, &own, &header) {
            let why = format!("`{}` is the name of another cookie of the request", key.escape_debug());
            return self.record_invalid("cookie", name, &why);
        }
        let header = join_cookies(&header, &own);
        set_pair(&mut self.cookies, name, own);
        if header.is_empty() {
            self.headers.remove(COOKIE);
            return;
        }
        match parse_header(COOKIE.as_str(), &header) {
            Ok((name, value)) => {
                self.headers.insert(name, value);
            }
            Err(why) => self.record_invalid("cookie", name, &why),
        }
    }

    /// The first name in the cookies of a parameter that is not its own, but that of a credential or of another cookie: the keys
    /// of an object are names of cookies, and must not take the place of others.
    fn find_taken_cookie<'a>(&self, name: &str, own: &'a str, header: &str) -> Option<&'a str> {
        let shared = self.core.shared();
        let of_client = shared.headers.get(COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_credential = |key: &str| {
            let schemes = &shared.service.credentials;
            schemes
                .iter()
                .any(|scheme| matches!(scheme.authentication, Authentication::Cookie(other) if other == key))
        };
        let is_set =
            |key: &str| cookie_pairs(header).chain(cookie_pairs(of_client)).any(|(other, _)| other == key);
        let keys = cookie_pairs(own).map(|(key, _)| key);
        keys.filter(|key| *key != name).find(|key| is_credential(key) || is_set(key))
    }

    /// Removes a field of the body that has the value with which the request started.
    pub(crate) fn unset_field(&mut self, name: &str, value: &[u8]) {
        if self.body.fields.values().any(|(other, current)| other == name && current == value) {
            self.body.fields.remove(name);
        }
    }

    /// Replaces the body of the operation by one of another media type, which the next call of a setter sets.
    pub(crate) fn replace_body(&mut self, operation: &'static Operation) {
        let current = self.operation.body;
        if !self.body.is_empty() {
            self.record_second_body(operation.body, current);
        }
        let usual = match self.replaced {
            Replaced::No => current,
            Replaced::Soon { usual } | Replaced::Yes { usual } => usual,
        };
        self.operation = operation;
        self.replaced = Replaced::Soon { usual };
    }

    /// Checks before each change of the body that it is not replaced by one of another media type.
    fn check_replaced(&mut self) {
        match self.replaced {
            Replaced::No => {}
            Replaced::Soon { usual } => self.replaced = Replaced::Yes { usual },
            Replaced::Yes { usual } => self.record_second_body(usual, self.operation.body),
        }
    }

    fn record_second_body(&mut self, second: BodyEncoding, first: BodyEncoding) {
        let text = format!(
            "cannot set the body as {}: it is set as {} already, in whole or in part; set the body as one media type only",
            second.describe(),
            first.describe()
        );
        self.record_error(ErrorKind::Request, &text);
    }

    /// The buffer for the encoded value of a body field. Pass the result of encoding to
    /// [`finish_field`](Self::finish_field).
    pub(crate) fn begin_field(&mut self, name: &'static str) -> &mut Vec<u8> {
        self.check_replaced();
        self.body.fields.begin_field(Cow::Borrowed(name))
    }

    pub(crate) fn finish_field(&mut self, name: &'static str, result: Result<(), serde_json::Error>) {
        if let Err(error) = result {
            self.record_invalid("field", name, &error.to_string());
        }
    }

    /// Sets the files within a body field, and replaces earlier ones.
    pub(crate) fn set_nested_files(&mut self, name: &'static str, files: Vec<FilePart>) {
        self.body.nested_files.retain(|(other, _)| *other != name);
        self.body.nested_files.push((Cow::Borrowed(name), files));
    }

    pub(crate) fn set_whole_body(&mut self, result: Result<Vec<u8>, serde_json::Error>) {
        self.check_replaced();
        match result {
            Ok(body) => self.body.json = Some(body),
            Err(error) => self.record_invalid("body", self.operation.id, &error.to_string()),
        }
    }

    pub(crate) fn set_raw_body(&mut self, body: Body) {
        self.check_replaced();
        self.body.raw = Some(body);
    }

    /// Sets the files within a whole body.
    pub(crate) fn set_whole_files(&mut self, files: Vec<FilePart>) {
        self.body.whole_files = files;
    }

    pub(crate) fn set_file(&mut self, name: &'static str, file: FilePart) {
        self.set_named_files(std::iter::once((Cow::Borrowed(name), file)));
    }

    pub(crate) fn set_named_files(&mut self, files: impl Iterator<Item = (Cow<'static, str>, FilePart)>) {
        self.check_replaced();
        for (name, file) in files {
            self.body.files.retain(|(other, _)| *other != name);
            self.body.files.push((name, file));
        }
    }

    /// Sets all these files as one field and replaces earlier ones.
    pub(crate) fn set_files(&mut self, name: &'static str, files: impl Iterator<Item = FilePart>) {
        self.check_replaced();
        self.body.files.retain(|(other, _)| *other != name);
        self.body.files.extend(files.map(|file| (Cow::Borrowed(name), file)));
    }

    pub(crate) fn merge_options(&mut self, options: CallOptions) {
        match &mut self.options {
            Some(earlier) => earlier.merge(options),
            None => self.options = Some(Box::new(options)),
        }
    }

    /// Formats the operation and the names of the fields that are set. Values are omitted, because they may be secret,
    /// such as card numbers.
    pub(crate) fn fmt_request(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<_> = self
            .path
            .iter()
            .map(|(name, _)| *name)
            .chain(self.query.names())
            .chain(self.headers.keys().map(http::HeaderName::as_str))
            .chain(self.body.fields.names())
            .chain(self.body.files.iter().map(|(name, _)| &**name))
            .collect();
        f.debug_struct(name)
            .field("operation", &self.operation.id)
            .field("set", &fields)
            .field("options", self.options())
            .finish()
    }
}

fn set_pair(list: &mut Vec<(&'static str, String)>, name: &'static str, value: String) {
    match list.iter_mut().find(|(other, _)| *other == name) {
        Some(entry) => entry.1 = value,
        None => list.push((name, value)),
    }
}
