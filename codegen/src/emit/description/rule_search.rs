//! Searches the description for what the rules of the mock server name, and reports what it does not have.

use std::fmt::Display;
use std::str::FromStr;

use openapi_client_description::{
    Body, BodyContent, Description, Expression, Field, Object, Operation, ResponseBody, Type, TypeDefinition,
    ValuePath,
};

use crate::config::{dead_entry, invalid_entry, matches_pattern};
use crate::diagnostic::Diagnostics;

/// A search in a description.
pub(super) struct RuleSearch<'a> {
    pub(super) description: &'a Description,
    /// What objects have from the object around them, so that an effect can set it for those within.
    pub(super) inherited: Vec<String>,
    pub(super) diagnostics: &'a mut Diagnostics,
}

impl<'a> RuleSearch<'a> {
    /// Reports that the document does not have what a key below `[mock]` names.
    pub(super) fn report_dead(&mut self, path: &[&str], message: String) {
        self.diagnostics.push_misfit(dead_entry(pointer(path), message));
    }

    /// Reports that a key below `[mock]` is not valid.
    pub(super) fn reject(&mut self, path: &[&str], message: String) {
        let help = "docs/configuration.md documents the rules of `[mock]`";
        self.diagnostics.push(invalid_entry(pointer(path), message, help));
    }

    /// An expression or a condition.
    pub(super) fn parse<T: FromStr<Err: Display>>(&mut self, path: &[&str], text: &str) -> Option<T> {
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.reject(path, format!("`{text}`: {error}"));
                None
            }
        }
    }

    /// The object with a name.
    pub(super) fn find_object(&self, name: &str) -> Option<&'a Object> {
        match self.description.types.get(name)? {
            TypeDefinition::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The objects among the named types.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&'a String, &'a Object)> + use<'a> {
        self.description.types.iter().filter_map(|(name, definition)| match definition {
            TypeDefinition::Object(object) => Some((name, object)),
            _ => None,
        })
    }

    /// The names of properties of any object.
    pub(super) fn property_names(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let names = self.objects().flat_map(|(_, object)| object.fields.keys());
        names.filter(|name| is_wanted(name)).cloned().collect()
    }

    /// The properties that a pattern matches, each with its type.
    pub(super) fn matching_properties(&self, pattern: &str) -> Vec<(String, String)> {
        let (ty, property) = property_pattern(pattern);
        let objects = self.objects();
        let objects = objects.filter(|(name, _)| ty.is_none_or(|pattern| matches_pattern(pattern, name)));
        let properties = objects.flat_map(|(ty, object)| object.fields.keys().map(move |name| (ty, name)));
        let matching = properties.filter(|(_, name)| matches_pattern(property, name));
        matching.map(|(ty, name)| (ty.clone(), name.clone())).collect()
    }

    /// The objects that a type can be: those of the variants for a union.
    pub(super) fn objects_of(&self, ty: &Type) -> Vec<&'a Object> {
        match self.description.definition(ty) {
            Some(TypeDefinition::Object(object)) => vec![object],
            Some(TypeDefinition::Union(variants)) => {
                variants.iter().filter_map(|variant| self.description.object(&variant.ty)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The objects with a property that holds this object, alone or in a list.
    pub(super) fn outer_objects(&self, object: &Object) -> Vec<&'a Object> {
        let holds = |field: &Field| {
            let ty = innermost(self.description.resolve(field.ty()));
            self.objects_of(ty).into_iter().any(|inner| std::ptr::eq(inner, object))
        };
        let objects = self.objects().map(|(_, outer)| outer);
        objects.filter(|outer| outer.fields.iter().any(|(_, field)| holds(field))).collect()
    }

    /// The objects that the response of an operation can be.
    fn response_objects(&self, operation: &Operation) -> Vec<&'a Object> {
        match &operation.response {
            Some(ResponseBody::Json(ty)) => self.objects_of(ty),
            _ => Vec::new(),
        }
    }

    /// The objects of the resource that an operation creates, changes or is about: those of its response, and of the response of
    /// the operation that retrieves the resource above it.
    pub(super) fn own_objects(&self, operation: &Operation) -> Vec<&'a Object> {
        let mut objects = self.response_objects(operation);
        if let Some(end) = operation.path.rfind('}') {
            let item = operation.path.get(..=end).unwrap_or_default();
            for other in &self.description.operations {
                if other.method == "GET" && has_same_path(&other.path, item) {
                    objects.extend(self.response_objects(other));
                }
            }
        }
        objects
    }

    /// The objects of a collection: those of the responses of operations on an item of it, or on the collection itself.
    pub(super) fn collection_objects(&mut self, path: &[&str], collection: &str) -> Option<Vec<&'a Object>> {
        if collection.contains('{') {
            self.reject(path, format!("the path of a collection has no parameters, as `{collection}` has"));
            return None;
        }
        let is_item = |operation: &Operation| {
            let rest = operation.path.strip_prefix(collection).and_then(|rest| rest.strip_prefix("/{"));
            rest.is_some_and(|rest| rest.ends_with('}') && !rest.contains('/'))
        };
        let operations = self.description.operations.iter();
        let operations = operations.filter(|operation| operation.path == collection || is_item(operation));
        let mut listed: Vec<&Object> = Vec::new();
        let mut objects: Vec<&Object> = Vec::new();
        for operation in operations {
            match self.listed_type(operation) {
                Some(item) => listed.extend(self.objects_of(item)),
                None => objects.extend(self.response_objects(operation)),
            }
        }
        // The items of a list can have fewer properties.
        objects.extend(listed);
        if objects.is_empty() {
            let message =
                format!("no operation with the path `{collection}` or an item of it returns an object");
            self.report_dead(path, message);
            return None;
        }
        Some(objects)
    }

    /// The type of the items, if the response of an operation is a list or a page.
    fn listed_type(&self, operation: &'a Operation) -> Option<&'a Type> {
        let Some(ResponseBody::Json(ty)) = &operation.response else { return None };
        let data = |object: &'a Object| object.fields.get(&self.description.pages.data).map(Field::ty);
        let list = match self.description.object(ty) {
            Some(object) => self.description.resolve(data(object)?),
            None => self.description.resolve(ty),
        };
        match list {
            Type::List(item) if operation.method == "GET" => Some(&**item),
            _ => None,
        }
    }

    /// The type of the items of a list, or the type itself.
    fn listed<'t>(&self, ty: &'t Type) -> &'t Type
    where
        'a: 't,
    {
        match self.description.resolve(ty) {
            Type::List(item) => self.listed(item),
            other => other,
        }
    }

    /// The type of the value that a path leads to, from one of several objects. `Err` has the path up to what no object has.
    pub(super) fn follow(
        &self,
        objects: &[&'a Object],
        names: &[String],
    ) -> Result<Option<&'a Field>, String> {
        let mut objects = objects.to_vec();
        let mut found = None;
        for (index, name) in names.iter().enumerate() {
            if index > 0 && objects.is_empty() {
                // Any JSON, whose properties are not known.
                return Ok(None);
            }
            let fields: Vec<&'a Field> =
                objects.iter().filter_map(|object| object.fields.get(name)).collect();
            let is_open = objects.iter().any(|object| object.open);
            let Some(field) = fields.first() else {
                let path = names.get(..=index).unwrap_or_default().join(".");
                return if is_open { Ok(None) } else { Err(path) };
            };
            found = Some(*field);
            objects = fields.iter().flat_map(|field| self.objects_of(self.listed(field.ty()))).collect();
        }
        Ok(found)
    }

    /// Reports the texts of an expression that are values of none of the fields that it is for.
    pub(super) fn check_texts(
        &mut self,
        path: &[&str],
        property: &str,
        expression: &Expression,
        fields: &[&Field],
    ) -> Option<()> {
        let description = self.description;
        // Of a field that is no enum, any text can be the value.
        let enums = fields.iter().map(|field| match description.definition(field.ty()) {
            Some(TypeDefinition::Enum(values)) => Some(values),
            _ => None,
        });
        let Some(enums) = enums.collect::<Option<Vec<_>>>() else { return Some(()) };
        let Some(values) = enums.first().map(|values| values.join(", ")) else { return Some(()) };
        let mut is_valid = true;
        for text in expression.texts().filter(|text| !enums.iter().any(|values| values.contains(text))) {
            self.report_dead(path, format!("`{property}` is never `{text}`; its values are {values}"));
            is_valid = false;
        }
        is_valid.then_some(())
    }

    /// Whether the request that created the object of an operation can state what a path leads to: the mock server keeps it with the
    /// object.
    pub(super) fn is_stated_at_creation(&self, operation: &Operation, path: &ValuePath) -> bool {
        let end = operation.path.rfind("/{").unwrap_or(0);
        let collection = operation.path.get(..end).unwrap_or_default();
        let mut operations = self.description.operations.iter();
        operations.any(|other| {
            other.method == "POST"
                && has_same_path(&other.path, collection)
                && self.has_request_value(other, path)
        })
    }

    /// Whether a request of an operation can state what a path leads to.
    pub(super) fn has_request_value(&self, operation: &'a Operation, path: &ValuePath) -> bool {
        let first = path.names.first();
        let is_parameter = operation
            .parameters
            .iter()
            .any(|parameter| Some(parameter.request_name()) == first.map(String::as_str));
        let bodies = operation.body.iter().flat_map(|body| std::iter::once(body).chain(&body.alternatives));
        is_parameter
            || bodies.into_iter().any(|body: &Body| match &body.content {
                BodyContent::Variants(variants) => {
                    let objects: Vec<&Object> = variants.iter().map(|variant| &variant.object).collect();
                    self.follow(&objects, &path.names).is_ok()
                }
                BodyContent::Value(ty) => self.follow(&self.objects_of(ty), &path.names).is_ok(),
            })
    }
}

/// The type of the values within lists and maps.
fn innermost(ty: &Type) -> &Type {
    match ty {
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => innermost(inner),
        other => other,
    }
}

/// The type and the property of `Type.property`, or the property alone.
pub(super) fn property_pattern(pattern: &str) -> (Option<&str>, &str) {
    pattern.split_once('.').map_or((None, pattern), |(ty, property)| (Some(ty), property))
}

/// Whether two paths are the same, apart from the names of their parameters.
fn has_same_path(left: &str, right: &str) -> bool {
    let is_parameter = |segment: &str| segment.starts_with('{');
    let same = |(left, right): (&str, &str)| left == right || is_parameter(left) && is_parameter(right);
    left.split('/').count() == right.split('/').count() && left.split('/').zip(right.split('/')).all(same)
}

/// The JSON Pointer of a key below `[mock]`.
fn pointer(path: &[&str]) -> String {
    let segments = path.iter().map(|segment| segment.replace('~', "~0").replace('/', "~1"));
    segments.fold("/mock".to_owned(), |pointer, segment| format!("{pointer}/{segment}"))
}
