//! Converts operations.

use openapi_client_description::{
    Body, BodyContent, BodyVariant, Encoding, JsonValue, Location, Operation, PageHeaders, PageSize, Paging,
    PagingKind, Parameters, ResponseBody, Style,
};

use super::types::TypeTable;
use crate::emit::{Context, NamedOperation};
use crate::ir::{self, BodyEncoding, Shape, Success};

pub(super) fn operation(cx: &Context<'_>, types: &mut TypeTable<'_>, named: NamedOperation<'_>) -> Operation {
    let operation = named.operation;
    let mut body = operation.body.as_ref().map(|body| self::body(types, body));
    body.iter_mut().for_each(|body| set_initial_values(cx, operation, body));
    let (response, response_optional) = response_body(types, &operation.mocked, &operation.mocked.body);
    Operation {
        id: operation.id.clone(),
        method: operation.verb.as_str().to_owned(),
        path: operation.path.clone(),
        server: operation.server,
        unauthenticated: operation.unauthenticated,
        security: operation.requirement,
        deprecated: operation.deprecated,
        risk: None,
        accept: operation.accept.clone(),
        redirects: operation.redirects.clone(),
        without_idempotency_key: cx.config.idempotency.except.contains(&operation.id),
        parameters: parameters(types, named),
        body,
        status: operation.mocked.status,
        response,
        response_optional,
        paginated: operation.page.as_ref().is_some_and(|page| page.paging.is_none()),
        paging: operation.page.as_ref().and_then(paging),
        errors: operation.errors.iter().map(|(status, ty)| (status.clone(), types.ty(ty))).collect(),
    }
}

/// States the values with which requests start, besides constants.
fn set_initial_values(cx: &Context<'_>, operation: &ir::Operation, body: &mut Body) {
    let BodyContent::Variants(variants) = &mut body.content else { return };
    for (name, field) in variants.iter_mut().flat_map(|variant| &mut variant.object.fields) {
        field.initial = cx.version_default(operation, name).map(JsonValue::string);
    }
}

/// How the pages of a list are requested; none for a list with an object of cursors.
fn paging(page: &ir::Page) -> Option<Paging> {
    let paging = page.paging.as_ref()?;
    let kind = match &paging.kind {
        ir::PagingKind::Cursor(path) => PagingKind::Cursor(path.clone()),
        ir::PagingKind::LastItem(path) => PagingKind::LastItem(path.clone()),
        ir::PagingKind::Number(first) => PagingKind::Number(*first),
        ir::PagingKind::Offset(first) => PagingKind::Offset(*first),
        ir::PagingKind::Link => PagingKind::Link,
        ir::PagingKind::Url(path) => PagingKind::Url(path.clone()),
    };
    let size = paging.size.clone();
    let headers = paging.headers.clone();
    Some(Paging {
        kind,
        parameter: paging.parameter.clone(),
        in_body: paging.in_body,
        list: page.list.clone().unwrap_or_default(),
        more: paging.more.clone(),
        last: paging.last.clone(),
        total: paging.total.clone(),
        pages: paging.pages.clone(),
        current: paging.current.clone(),
        size: size.map(|ir::PageSize { parameter, default, maximum }| PageSize {
            parameter,
            default,
            maximum,
        }),
        headers: PageHeaders {
            next: headers.next,
            current: headers.current,
            pages: headers.pages,
            total: headers.total,
        },
    })
}

/// The body of the response that a mock server sends, and whether there may be none.
fn response_body(
    types: &mut TypeTable<'_>,
    mocked: &ir::MockedResponse,
    body: &Success,
) -> (Option<ResponseBody>, bool) {
    match body {
        Success::Empty => (None, false),
        Success::Json(ty) | Success::ByStatus(ty) => (Some(ResponseBody::Json(types.ty(ty))), false),
        Success::Optional(value) => (response_body(types, mocked, value).0, true),
        Success::Text(media_type) => (Some(ResponseBody::Text(media_type.clone())), false),
        Success::Binary(media_type) => (Some(ResponseBody::Binary(media_type.clone())), false),
        Success::Events { .. } | Success::Lines(_) => {
            let media_type = mocked.media_type.clone().unwrap_or_default();
            (Some(ResponseBody::Binary(media_type)), false)
        }
    }
}

fn parameters(types: &mut TypeTable<'_>, named: NamedOperation<'_>) -> Parameters {
    let mut parameters = Parameters::default();
    // Parameters are the first members of a request, in their order.
    for (parameter, names) in named.operation.parameters.iter().zip(&named.names.request_members) {
        let location = match parameter.location {
            ir::ParameterLocation::Path => Location::Path,
            ir::ParameterLocation::Query => Location::Query,
            ir::ParameterLocation::Header => Location::Header,
            ir::ParameterLocation::Cookie => Location::Cookie,
        };
        let name = &parameter.field.name;
        let mut field = types.field(&parameter.field);
        field.style =
            Some(style(parameter.style, location)).filter(|style| *style != location.default_style());
        field.allow_reserved = parameter.allow_reserved;
        field.is_whole_query = parameter.style == ir::Style::Whole;
        field.request_name = Some(&names.key).filter(|key| *key != name).cloned();
        parameters.fields_mut(location).insert(name.clone(), field);
    }
    parameters
}

fn style(style: ir::Style, location: Location) -> Style {
    match style {
        // Both look the same in a path and in a header.
        ir::Style::FormExplode if matches!(location, Location::Path | Location::Header) => Style::Form,
        ir::Style::Form => Style::Form,
        ir::Style::FormExplode => Style::FormExploded,
        ir::Style::SpaceDelimited => Style::SpaceDelimited,
        ir::Style::PipeDelimited => Style::PipeDelimited,
        ir::Style::DeepObject => Style::DeepObject,
        ir::Style::Brackets => Style::Brackets,
        ir::Style::Json | ir::Style::Whole => Style::Json,
        ir::Style::SimpleExplode => Style::SimpleExploded,
        ir::Style::LabelExplode => Style::LabelExploded,
        ir::Style::MatrixExplode => Style::MatrixExploded,
    }
}

fn body(types: &mut TypeTable<'_>, body: &ir::Body) -> Body {
    let (encoding, raw_media_type) = match &body.encoding {
        BodyEncoding::Json => (Encoding::Json, None),
        BodyEncoding::Form => (Encoding::Form, None),
        BodyEncoding::Multipart => (Encoding::Multipart, None),
        BodyEncoding::JsonOrMultipart => (Encoding::JsonOrMultipart, None),
        BodyEncoding::Raw(media_type) => (Encoding::Raw, Some(media_type)),
    };
    let content = match &body.whole {
        Some(ty) => match types.shape(ty) {
            // Of a form, the fields may have styles.
            Some(Shape::Object(object)) if !body.fields.is_empty() => {
                BodyContent::Variants(vec![variant(types, body, "", &object.fields, object.open)])
            }
            _ => BodyContent::Value(types.ty(ty)),
        },
        None => {
            let variants = body.variants.iter();
            let variants = variants.map(|own| variant(types, body, &own.name, &own.fields, own.open));
            BodyContent::Variants(variants.collect())
        }
    };
    let alternatives = body.alternatives.iter().map(|other| {
        let media_type = Some(other.media_type.clone());
        Body { media_type, ..self::body(types, &other.body) }
    });
    Body {
        encoding,
        required: body.required,
        media_type: raw_media_type.or(body.media.as_ref()).cloned(),
        content,
        alternatives: alternatives.collect(),
    }
}

fn variant(
    types: &mut TypeTable<'_>,
    body: &ir::Body,
    name: &str,
    fields: &[ir::Field],
    open: bool,
) -> BodyVariant {
    let mut object = types.object(fields, open);
    for encoding in &body.fields {
        let Some(field) = object.fields.get_mut(&encoding.name) else { continue };
        field.style = encoding.style.map(|value| style(value, Location::Query));
        field.allow_reserved = encoding.allow_reserved;
        field.part_type.clone_from(&encoding.content_type);
        field.part_headers.clone_from(&encoding.headers);
    }
    BodyVariant { name: name.to_owned(), object }
}
