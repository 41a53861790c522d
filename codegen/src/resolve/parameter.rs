//! Parameters of path, query, header and cookie.

use openapiv3::{
    Operation as Source, Parameter as SourceParameter, ParameterData, ParameterSchemaOrContent, PathStyle,
    QueryStyle, ReferenceOr,
};

use super::body::{essence, is_json};
use super::operation::{in_path, segment_before};
use super::{Resolver, Site, escape};
use crate::config::QueryArrays;
use crate::ir::{Field, Location, Parameter, Root, Style, TypeRef};

impl<'a> Resolver<'a> {
    pub(super) fn parameters(
        &mut self,
        source: &'a Source,
        path: &str,
        root: &Root,
        pointer: &str,
    ) -> Vec<Parameter> {
        let parameters = source.parameters.iter().enumerate();
        let mut list: Vec<Parameter> = parameters
            .filter_map(|(index, parameter)| {
                let parameter = parameter.as_item()?;
                let place = format!("{pointer}/parameters/{index}");
                self.parameter(parameter, path, Site::new(place, root.clone(), ""))
            })
            .collect();
        // Arguments come in the order of the path, whatever the order of the list.
        list.sort_by_key(|parameter| match parameter.location {
            Location::Path => path.find(&format!("{{{}}}", parameter.field.name)).unwrap_or(usize::MAX - 1),
            _ => usize::MAX,
        });
        list
    }

    /// The path with the signs that the styles `label` and `matrix` put before a value.
    pub(super) fn styled_path(&mut self, source: &'a Source, path: &str, pointer: &str) -> String {
        let mut styled = path.to_owned();
        for (index, parameter) in source.parameters.iter().enumerate() {
            let Some(SourceParameter::Path { parameter_data: data, style }) = parameter.as_item() else {
                continue;
            };
            let template = format!("{{{}}}", data.name);
            let before = match style {
                PathStyle::Simple => continue,
                PathStyle::Label => ".".to_owned(),
                PathStyle::Matrix => format!(";{}=", data.name),
            };
            styled = styled.replace(&template, &format!("{before}{template}"));
            if data.explode == Some(true) {
                self.warning(
                    "parameter-style",
                    "lists and objects in a path are written with commas, not exploded".to_owned(),
                    &format!("{pointer}/parameters/{index}/explode"),
                    "remove `explode` with an action in the overlay if the parameter is plain",
                );
            }
        }
        styled
    }

    fn parameter(&mut self, parameter: &'a SourceParameter, path: &str, site: Site) -> Option<Parameter> {
        let data = parameter.parameter_data_ref();
        let (location, style) = self.style(parameter, data);
        if location == Location::Header && self.handled_by_runtime(&data.name) {
            return None;
        }
        let mut field = self.parameter_field(data, &site);
        if in_path(location) {
            field.required = true;
            let kind = segment_before(path, &data.name).and_then(|segment| self.segment_ids.get(segment));
            if let (TypeRef::String, Some(kind)) = (&field.ty, kind) {
                field.ty = TypeRef::Id(*kind);
            }
        }
        Some(Parameter { location, style, field })
    }

    fn parameter_field(&mut self, data: &'a ParameterData, site: &Site) -> Field {
        let (schema, place) = match &data.format {
            ParameterSchemaOrContent::Schema(schema) => (Some(schema), site.step("schema")),
            ParameterSchemaOrContent::Content(content) => {
                let first = content.first();
                let place = first.map_or_else(
                    || "content".to_owned(),
                    |(name, _)| format!("content/{}/schema", escape(name)),
                );
                (first.and_then(|(_, media)| media.schema.as_ref()), site.step(&place))
            }
        };
        let ty = schema.map_or(TypeRef::Json, |schema| self.type_ref(schema, &place));
        let item = schema.and_then(ReferenceOr::as_item);
        // `null` has no form in a path, query or header: a parameter that may be null may be left out.
        let (ty, null) = ty.split_null();
        let required = data.required && !null;
        let mut field = self.field(&data.name, ty.clone(), item, required, site, site.pointer.clone());
        field.constant = field.constant.filter(|_| required);
        field.deprecated |= data.deprecated.unwrap_or_default();
        if data.description.is_some() {
            field.description.clone_from(&data.description);
        }
        if data.example.is_some() {
            field.details.example.clone_from(&data.example);
        }
        field
    }

    fn style(&self, parameter: &SourceParameter, data: &ParameterData) -> (Location, Style) {
        if let ParameterSchemaOrContent::Content(content) = &data.format {
            let json = content.keys().next().is_none_or(|name| is_json(essence(name)));
            return (location(parameter), if json { Style::Json } else { Style::Form });
        }
        let style = match parameter {
            SourceParameter::Query { style, .. } => match (style, data.explode) {
                (QueryStyle::Form, Some(false)) => Style::Form,
                (QueryStyle::Form, _) => self.arrays(),
                (QueryStyle::SpaceDelimited | QueryStyle::PipeDelimited, Some(true)) => Style::FormExplode,
                (QueryStyle::SpaceDelimited, _) => Style::SpaceDelimited,
                (QueryStyle::PipeDelimited, _) => Style::PipeDelimited,
                (QueryStyle::DeepObject, _) => Style::DeepObject,
            },
            _ => Style::Form,
        };
        (location(parameter), style)
    }

    fn arrays(&self) -> Style {
        match self.config.query_arrays {
            None | Some(QueryArrays::Repeat) => Style::FormExplode,
            Some(QueryArrays::Brackets) => Style::Brackets,
            Some(QueryArrays::Comma) => Style::Form,
        }
    }

    /// Headers that the client sends of its own accord are no parameters of single calls.
    fn handled_by_runtime(&self, name: &str) -> bool {
        let configured = [
            self.config.version.as_ref().map(|version| version.header.as_str()),
            self.config.idempotency.header.as_deref(),
        ];
        let standard = ["Accept", "Content-Type", "Authorization"].map(Some);
        configured.into_iter().chain(standard).flatten().any(|other| other.eq_ignore_ascii_case(name))
    }
}

fn location(parameter: &SourceParameter) -> Location {
    match parameter {
        SourceParameter::Query { .. } => Location::Query,
        SourceParameter::Header { .. } => Location::Header,
        SourceParameter::Path { .. } => Location::Path,
        SourceParameter::Cookie { .. } => Location::Cookie,
    }
}
