//! Resolves parameters of path, query, header and cookie.

use openapiv3::{
    Operation as Source, Parameter as SourceParameter, ParameterData, ParameterSchemaOrContent, PathStyle,
    QueryStyle, ReferenceOr,
};

use super::Resolver;
use super::encoding::is_token;
use super::media_type::{Family, essence, family};
use super::site::Site;
use crate::config::QueryArrays;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::{Field, Parameter, ParameterLocation, Root, Shape, Style, TypeRef};

/// Headers that the client sets in every request.
const CLIENT_HEADERS: [&str; 3] = ["Accept", "Content-Type", "Authorization"];

impl<'a> Resolver<'a> {
    /// The parameters of an operation: those of the path first, in the order of the path.
    pub(super) fn resolve_parameters(
        &mut self,
        source: &'a Source,
        path: &str,
        root: &Root,
        pointer: &str,
    ) -> Vec<Parameter> {
        let parameters = source.parameters.iter().enumerate();
        let mut parameters: Vec<Parameter> = parameters
            .filter_map(|(index, parameter)| {
                let parameter = parameter.as_item()?;
                let pointer = format!("{pointer}/parameters/{index}");
                self.resolve_parameter(parameter, path, Site::new(pointer, root.clone(), ""))
            })
            .collect();
        parameters.sort_by_key(|parameter| match parameter.location {
            ParameterLocation::Path => {
                path.find(&format!("{{{}}}", parameter.field.name)).unwrap_or(usize::MAX - 1)
            }
            _ => usize::MAX,
        });
        parameters
    }

    fn resolve_parameter(
        &mut self,
        parameter: &'a SourceParameter,
        path: &str,
        site: Site,
    ) -> Option<Parameter> {
        let data = parameter.parameter_data_ref();
        let location = location_of(parameter);
        if location == ParameterLocation::Header && self.is_set_by_client(&data.name) {
            return None;
        }
        let can_be_sent = match location {
            ParameterLocation::Header => is_token(&data.name),
            ParameterLocation::Cookie => is_cookie_name(&data.name),
            ParameterLocation::Path | ParameterLocation::Query => true,
        };
        if !can_be_sent {
            self.warn(
                Code::BROKEN_PARAMETER,
                format!(
                    "no header or cookie can be called `{}`, so the parameter is left out",
                    data.name.escape_debug()
                ),
                &format!("{}/name", site.pointer),
                "correct the name with an action in the overlay",
            );
            return None;
        }
        let mut field = self.parameter_field(data, &site);
        if location == ParameterLocation::Path {
            field.required = true;
            let kind =
                segment_before(path, &data.name).and_then(|segment| self.ids.find_for_segment(segment));
            if let (TypeRef::String, Some(kind)) = (&field.ty, kind) {
                field.ty = TypeRef::Id(kind);
                field.is_configured = true;
            }
        }
        let style = self.style_of(parameter, data, &field);
        let allow_reserved = match parameter {
            SourceParameter::Query { allow_reserved, .. } => *allow_reserved,
            SourceParameter::Cookie { .. } => data.extensions.contains_key("x-codegen-unencoded-cookie"),
            _ => false,
        };
        if matches!(parameter, SourceParameter::Query { allow_empty_value: Some(true), .. })
            && !self.can_be_empty(&field.ty)
        {
            self.warn(
                Code::PARAMETER_STYLE,
                format!("the setter of `{}` cannot send an empty value, which `allowEmptyValue` allows", field.name),
                &format!("{}/allowEmptyValue", site.pointer),
                "callers send it with `CallOptions::query`; describe the parameter as a string to get a setter that can",
            );
        }
        Some(Parameter { location, style, allow_reserved, field })
    }

    /// Whether a value of a type can be an empty text.
    fn can_be_empty(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::String | TypeRef::Secret | TypeRef::Id(_) | TypeRef::Json | TypeRef::Binary => true,
            TypeRef::Named(id) => match &self.api.get(*id).shape {
                Shape::Alias(ty) => self.can_be_empty(ty),
                Shape::OpenEnum(_) => true,
                Shape::Union(union) => union.variants.iter().any(|variant| self.can_be_empty(&variant.ty)),
                Shape::Object(_) | Shape::Pending => false,
            },
            _ => false,
        }
    }

    /// Whether a value of a type has several values, each of which can be exploded: those of a list, or of an object.
    fn has_parts(&self, ty: &TypeRef) -> (bool, bool) {
        match ty {
            TypeRef::List(_) => (true, false),
            TypeRef::Map(_) | TypeRef::JsonObject | TypeRef::SecretObject => (false, true),
            TypeRef::Json => (true, true),
            TypeRef::Named(id) => match &self.api.get(*id).shape {
                Shape::Alias(ty) => self.has_parts(ty),
                Shape::OpenEnum(_) => (false, false),
                Shape::Object(_) => (false, true),
                Shape::Union(_) | Shape::Pending => (true, true),
            },
            _ => (false, false),
        }
    }

    fn parameter_field(&mut self, data: &'a ParameterData, site: &Site) -> Field {
        let (schema, schema_site) = match &data.format {
            ParameterSchemaOrContent::Schema(schema) => (Some(schema), site.step("schema")),
            ParameterSchemaOrContent::Content(content) => {
                let first = content.first();
                let path = first.map_or_else(
                    || "content".to_owned(),
                    |(media_type, _)| format!("{}/schema", pointer::join("content", media_type)),
                );
                (first.and_then(|(_, media)| media.schema.as_ref()), site.step(&path))
            }
        };
        let ty = schema.map_or(TypeRef::Json, |schema| match data.required {
            true => self.resolve_type(schema, &schema_site),
            false => self.resolve_open_type(schema, &schema_site),
        });
        let item = schema.and_then(ReferenceOr::as_item);
        // `null` cannot be written in a path, query or header: a parameter that may be null may be left out.
        let (ty, nullable) = ty.split_null();
        let required = data.required && !nullable;
        let mut field =
            self.resolve_field(&data.name, ty.clone(), item, required, site, site.pointer.clone());
        field.deprecated |= data.deprecated.unwrap_or_default();
        field.description = data.description.clone().or(field.description);
        let first = data.examples.values().next().and_then(ReferenceOr::as_item);
        let named = first.and_then(|example| example.value.clone());
        field.details.example = data.example.clone().or(named).or(field.details.example);
        field
    }

    fn style_of(&self, parameter: &SourceParameter, data: &ParameterData, field: &Field) -> Style {
        if data.extensions.contains_key("x-codegen-querystring") {
            return Style::Whole;
        }
        if let ParameterSchemaOrContent::Content(content) = &data.format {
            let json = content
                .keys()
                .next()
                .is_none_or(|name| family(name) == Family::Json || essence(name) == "*/*");
            return if json { Style::Json } else { Style::Form };
        }
        let (is_list, is_object) = self.has_parts(&field.ty);
        let explode = data.explode == Some(true);
        let style = match parameter {
            SourceParameter::Query { style, .. } => style,
            SourceParameter::Path { style: PathStyle::Label, .. } if explode && (is_list || is_object) => {
                return Style::LabelExplode;
            }
            SourceParameter::Path { style: PathStyle::Matrix, .. } if explode && (is_list || is_object) => {
                return Style::MatrixExplode;
            }
            SourceParameter::Path { style: PathStyle::Simple, .. } | SourceParameter::Header { .. }
                if explode && is_object =>
            {
                return Style::SimpleExplode;
            }
            // `explode` is the default of the styles of cookies.
            SourceParameter::Cookie { .. } if data.explode != Some(false) && (is_list || is_object) => {
                return Style::FormExplode;
            }
            _ => return Style::Form,
        };
        match (style, data.explode) {
            (QueryStyle::Form, Some(false)) => Style::Form,
            (QueryStyle::Form, _) => self.array_style(),
            (QueryStyle::SpaceDelimited | QueryStyle::PipeDelimited, Some(true)) => Style::FormExplode,
            (QueryStyle::SpaceDelimited, _) => Style::SpaceDelimited,
            (QueryStyle::PipeDelimited, _) => Style::PipeDelimited,
            (QueryStyle::DeepObject, _) => Style::DeepObject,
        }
    }

    fn array_style(&self) -> Style {
        match self.config.query_arrays {
            None | Some(QueryArrays::Repeat) => Style::FormExplode,
            Some(QueryArrays::Brackets) => Style::Brackets,
            Some(QueryArrays::Comma) => Style::Form,
        }
    }

    /// Whether the client sets a header itself, so that it is not a parameter of single operations.
    fn is_set_by_client(&self, name: &str) -> bool {
        let version = self.config.version.as_ref().map(|version| version.header.as_str());
        let configured = [version, self.config.idempotency.header.as_deref()];
        let headers = configured.into_iter().flatten().chain(CLIENT_HEADERS);
        headers.into_iter().any(|header| header.eq_ignore_ascii_case(name))
    }
}

/// The path with the prefixes that the styles `label` and `matrix` put before a value. An exploded value has its own prefixes.
pub(super) fn style_path(source: &Source, path: &str, parameters: &[Parameter]) -> String {
    let mut styled = path.to_owned();
    for parameter in &source.parameters {
        let Some(SourceParameter::Path { parameter_data: data, style }) = parameter.as_item() else {
            continue;
        };
        let is_exploded = parameters.iter().any(|parameter| {
            parameter.location == ParameterLocation::Path
                && parameter.field.name == data.name
                && matches!(parameter.style, Style::LabelExplode | Style::MatrixExplode)
        });
        let template = format!("{{{}}}", data.name);
        let prefix = match style {
            _ if is_exploded => continue,
            PathStyle::Simple => continue,
            PathStyle::Label => ".".to_owned(),
            PathStyle::Matrix => format!(";{}=", data.name),
        };
        styled = styled.replace(&template, &format!("{prefix}{template}"));
    }
    styled
}

/// Whether a text can be the name of a cookie, so that it cannot become another cookie (RFC 6265, section 4.1.1).
fn is_cookie_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && !b"=;,\"\\".contains(&byte))
}

fn location_of(parameter: &SourceParameter) -> ParameterLocation {
    match parameter {
        SourceParameter::Query { .. } => ParameterLocation::Query,
        SourceParameter::Header { .. } => ParameterLocation::Header,
        SourceParameter::Path { .. } => ParameterLocation::Path,
        SourceParameter::Cookie { .. } => ParameterLocation::Cookie,
    }
}

/// The fixed segment before `{name}` in a path.
fn segment_before<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    let segments: Vec<&str> = path.split('/').collect();
    let index = segments.iter().position(|segment| *segment == format!("{{{name}}}"))?;
    segments.get(index.checked_sub(1)?).copied().filter(|segment| !segment.starts_with('{'))
}
