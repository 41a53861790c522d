//! Makes the constant of an operation that a generated client would have.

use openapi_client_description::{Body, BodyContent, Encoding, Field, Operation, Paging, PagingKind, Style};
use openapi_client_runtime::__private as rt;

use crate::{
    catalog::{Loaded, RuntimeOperation},
    error::{CliError, Exit},
};

/// A text that lives as long as the process, which sends few requests.
pub(super) fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn leak_path(path: &[String]) -> &'static [&'static str] {
    Box::leak(path.iter().map(|name| leak(name)).collect::<Vec<_>>().into_boxed_slice())
}

/// The operation as the runtime knows it. It is made once: a process that polls calls an operation for days.
pub(super) fn runtime_operation(loaded: &'static Loaded) -> Result<&'static RuntimeOperation, CliError> {
    if let Some(known) = loaded.runtime.get() {
        return Ok(known);
    }
    let made = RuntimeOperation { operation: make_operation(loaded)?, list: list_path(loaded) };
    Ok(loaded.runtime.get_or_init(|| Box::leak(Box::new(made))))
}

fn make_operation(loaded: &'static Loaded) -> Result<rt::Operation, CliError> {
    let Operation { id, method, path, server, .. } = &loaded.operation;
    let method = rt_method(method)?;
    let mut operation = rt::Operation::new(id, method, path).server(*server);
    if let Some(body) = &loaded.operation.body {
        operation = operation.body(body_encoding(body)).fields(leak_fields(body));
        if !body.required {
            operation = operation.optional_body();
        }
    }
    if let Some(accept) = &loaded.operation.accept {
        operation = operation.accept(accept);
    }
    operation = operation.redirects(&loaded.operation.redirects).security(loaded.operation.security);
    if loaded.operation.unauthenticated {
        operation = operation.unauthenticated();
    }
    if loaded.operation.without_idempotency_key {
        operation = operation.without_idempotency_key();
    }
    if let Some(paging) = &loaded.operation.paging {
        operation = operation.paging(Box::leak(Box::new(runtime_paging(paging))));
    }
    Ok(operation)
}

/// A method by its name.
pub(super) fn rt_method(name: &'static str) -> Result<rt::Method, CliError> {
    rt::Method::try_from(name).map_err(|error| CliError::new(Exit::Usage, error.to_string()))
}

fn body_encoding(body: &'static Body) -> rt::BodyEncoding {
    match (body.encoding, body.media_type.as_deref()) {
        (Encoding::Json, Some(media_type)) => rt::BodyEncoding::JsonAs(media_type),
        (Encoding::Json, None) => rt::BodyEncoding::Json,
        (Encoding::Form, _) => rt::BodyEncoding::Form,
        (Encoding::Multipart, _) => rt::BodyEncoding::Multipart,
        (Encoding::JsonOrMultipart, Some(media_type)) => rt::BodyEncoding::JsonAsOrMultipart(media_type),
        (Encoding::JsonOrMultipart, None) => rt::BodyEncoding::JsonOrMultipart,
        (Encoding::Raw, media_type) => {
            rt::BodyEncoding::Raw(media_type.unwrap_or("application/octet-stream"))
        }
    }
}

fn leak_fields(body: &'static Body) -> &'static [rt::FieldEncoding] {
    let BodyContent::Variants(variants) = &body.content else { return &[] };
    let fields = variants.iter().flat_map(|variant| &variant.object.fields);
    let encodings: Vec<rt::FieldEncoding> =
        fields.filter_map(|(name, field)| field_encoding(name, field)).collect();
    Box::leak(encodings.into_boxed_slice())
}

fn field_encoding(name: &'static str, field: &'static Field) -> Option<rt::FieldEncoding> {
    let encoding = rt::FieldEncoding {
        name,
        style: field.style.map(|style| query_style(style, false)),
        allow_reserved: field.allow_reserved,
        content_type: field.part_type.as_deref(),
        headers: Box::leak(
            field
                .part_headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect::<Vec<_>>()
                .into_boxed_slice(),
        ),
    };
    (encoding != rt::FieldEncoding::new(name)).then_some(encoding)
}

/// The style of a parameter of a query.
pub(super) fn query_style(style: Style, is_whole: bool) -> rt::QueryStyle {
    match style {
        _ if is_whole => rt::QueryStyle::Whole,
        Style::Form => rt::QueryStyle::Form,
        Style::FormExploded | Style::SimpleExploded | Style::LabelExploded | Style::MatrixExploded => {
            rt::QueryStyle::FormExplode
        }
        Style::SpaceDelimited => rt::QueryStyle::SpaceDelimited,
        Style::PipeDelimited => rt::QueryStyle::PipeDelimited,
        Style::DeepObject => rt::QueryStyle::DeepObject,
        Style::Brackets => rt::QueryStyle::Brackets,
        Style::Json => rt::QueryStyle::Json,
    }
}

/// The style of a parameter of the path.
pub(super) fn path_style(style: Style) -> rt::SimpleStyle {
    match style {
        Style::SimpleExploded => rt::SimpleStyle::Explode,
        Style::LabelExploded => rt::SimpleStyle::LabelExplode,
        Style::MatrixExploded => rt::SimpleStyle::MatrixExplode,
        _ => rt::SimpleStyle::Plain,
    }
}

/// The style of a cookie.
pub(super) fn cookie_style(style: Style, allow_reserved: bool) -> rt::CookieStyle {
    match (style == Style::FormExploded, allow_reserved) {
        (false, false) => rt::CookieStyle::Form,
        (true, false) => rt::CookieStyle::FormExplode,
        (false, true) => rt::CookieStyle::Unencoded,
        (true, true) => rt::CookieStyle::UnencodedExplode,
    }
}

fn runtime_paging(paging: &'static Paging) -> rt::Paging {
    let parameter = paging.parameter.as_str();
    let mut runtime = match &paging.kind {
        PagingKind::Cursor(path) => rt::Paging::cursor(parameter, leak_path(path)),
        PagingKind::LastItem(path) => rt::Paging::last_item(parameter, leak_path(path)),
        PagingKind::Number(first) => rt::Paging::number(parameter, *first),
        PagingKind::Offset(first) => rt::Paging::offset(parameter, *first),
        PagingKind::Link => rt::Paging::link(),
        PagingKind::Url(path) => rt::Paging::url(leak_path(path)),
    };
    if paging.in_body {
        runtime = runtime.in_body();
    }
    if let Some(size) = &paging.size {
        runtime = runtime.size(&size.parameter, size.default, size.maximum);
    }
    type Set<T> = fn(rt::Paging, T) -> rt::Paging;
    type SetPath<'a> = (&'a Option<Vec<String>>, Set<&'static [&'static str]>);
    let paths: [SetPath<'_>; 5] = [
        (&paging.more, rt::Paging::more),
        (&paging.last, rt::Paging::last),
        (&paging.total, rt::Paging::total),
        (&paging.pages, rt::Paging::pages),
        (&paging.current, rt::Paging::current),
    ];
    for (path, set) in paths {
        runtime = path.iter().fold(runtime, |runtime, path| set(runtime, leak_path(path)));
    }
    let headers: [(&'static Option<String>, Set<&'static str>); 4] = [
        (&paging.headers.next, rt::Paging::next_header),
        (&paging.headers.current, rt::Paging::current_header),
        (&paging.headers.pages, rt::Paging::pages_header),
        (&paging.headers.total, rt::Paging::total_header),
    ];
    headers.into_iter().fold(runtime, |runtime, (name, set)| match name {
        Some(name) => set(runtime, name),
        None => runtime,
    })
}

/// Where the items of a page are in its body.
fn list_path(loaded: &'static Loaded) -> &'static [&'static str] {
    match &loaded.operation.paging {
        Some(paging) => leak_path(&paging.list),
        None => leak_path(std::slice::from_ref(&loaded.description.pages.data)),
    }
}
