//! Parameters of path, query, header and cookie.

use openapiv3::{
    Operation as Source, Parameter as SourceParameter, ParameterData, ParameterSchemaOrContent, QueryStyle,
    ReferenceOr,
};

use super::operation::{in_path, segment_before};
use super::{Builder, Site};
use crate::config::QueryArrays;
use crate::ir::{Field, Location, Parameter, Root, Style, TypeRef};

impl<'a> Builder<'a> {
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
                let media = content.values().next().and_then(|media| media.schema.as_ref());
                (media, site.step("content"))
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
            field.limits.example.clone_from(&data.example);
        }
        field
    }

    fn style(&self, parameter: &SourceParameter, data: &ParameterData) -> (Location, Style) {
        if matches!(data.format, ParameterSchemaOrContent::Content(_)) {
            return (location(parameter), Style::Json);
        }
        let style = match parameter {
            SourceParameter::Query { style, .. } => match (style, data.explode) {
                (QueryStyle::Form, Some(false)) => Style::Form,
                (QueryStyle::Form, _) => self.arrays(),
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
