//! Resolves parameters of path, query, header and cookie.

use openapiv3::{
    Operation as Source, Parameter as SourceParameter, ParameterData, ParameterSchemaOrContent, PathStyle,
    QueryStyle, ReferenceOr,
};

use super::Resolver;
use super::media_type::is_json;
use super::site::Site;
use crate::config::QueryArrays;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::{Field, Parameter, ParameterLocation, Root, Style, TypeRef};

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

    /// The path with the prefixes that the styles `label` and `matrix` put before a value.
    pub(super) fn style_path(&mut self, source: &'a Source, path: &str, pointer: &str) -> String {
        let mut styled = path.to_owned();
        for (index, parameter) in source.parameters.iter().enumerate() {
            let Some(SourceParameter::Path { parameter_data: data, style }) = parameter.as_item() else {
                continue;
            };
            let template = format!("{{{}}}", data.name);
            let prefix = match style {
                PathStyle::Simple => continue,
                PathStyle::Label => ".".to_owned(),
                PathStyle::Matrix => format!(";{}=", data.name),
            };
            styled = styled.replace(&template, &format!("{prefix}{template}"));
            if data.explode == Some(true) {
                self.warn(
                    Code::PARAMETER_STYLE,
                    "`explode` is unsupported for parameters of the path: lists and objects are joined by commas",
                    &format!("{pointer}/parameters/{index}/explode"),
                    "remove `explode` with an action in the overlay if the parameter is a plain value",
                );
            }
        }
        styled
    }

    fn resolve_parameter(
        &mut self,
        parameter: &'a SourceParameter,
        path: &str,
        site: Site,
    ) -> Option<Parameter> {
        let data = parameter.parameter_data_ref();
        let (location, style) = (location_of(parameter), self.style_of(parameter, data));
        if location == ParameterLocation::Header && self.is_set_by_client(&data.name) {
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
        Some(Parameter { location, style, field })
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
        field.constant = field.constant.filter(|_| required);
        field.deprecated |= data.deprecated.unwrap_or_default();
        field.description = data.description.clone().or(field.description);
        field.details.example = data.example.clone().or(field.details.example);
        field
    }

    fn style_of(&self, parameter: &SourceParameter, data: &ParameterData) -> Style {
        if let ParameterSchemaOrContent::Content(content) = &data.format {
            let json = content.keys().next().is_none_or(|name| is_json(name));
            return if json { Style::Json } else { Style::Form };
        }
        let SourceParameter::Query { style, .. } = parameter else { return Style::Form };
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
