//! The flags of an operation.

use openapi_client_description::{
    BodyContent, Description, Encoding, Field, Fields, Location, Object, Type, TypeDefinition,
};

use crate::catalog::{Loaded, to_kebab_case};

/// The number of levels of objects whose fields have flags; `--set` reaches the deeper ones.
const MAX_DEPTH: usize = 4;

/// The number of flags after which the fields of objects have none of their own.
const MAX_FLAGS: usize = 400;

/// A flag, or an argument of the command.
#[derive(Clone, Debug)]
pub(crate) struct Flag {
    /// The name, such as `plan.initial-price`.
    pub(crate) name: String,
    /// The names that lead to the value: that of the parameter or field of the body, and those within it.
    pub(crate) path: Vec<String>,
    pub(crate) place: Place,
    /// What the description says; several where forms of the body have fields of the same name.
    pub(crate) fields: Vec<&'static Field>,
    pub(crate) kind: Kind,
    /// The text of the document.
    pub(crate) docs: Option<&'static str>,
    /// Whether every request has it.
    pub(crate) required: bool,
    /// Whether the object around it has it always.
    pub(crate) required_within: bool,
    /// The forms of the body, or of the object, that have it; empty if all do.
    pub(crate) forms: Vec<&'static str>,
}

/// Where the value is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Parameter(Location),
    Body,
}

/// How the value is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Without a value, or with `=true` or `=false`.
    Switch,
    /// One value of a type that is no object, list or file.
    Value,
    /// `@FILE`
    File,
    /// JSON, or `@FILE` with JSON.
    Json,
    /// `KEY=VALUE`, several times.
    Map,
    /// One item each time.
    List,
    /// One item each time, as JSON.
    JsonList,
    /// One file each time.
    FileList,
}

impl Kind {
    /// Whether it may be given several times.
    pub(crate) fn is_repeatable(self) -> bool {
        matches!(self, Self::Map | Self::List | Self::JsonList | Self::FileList)
    }
}

impl Flag {
    /// Whether it is an argument without a name.
    pub(crate) fn is_positional(&self) -> bool {
        self.place == Place::Parameter(Location::Path)
    }

    /// As it is typed: `--plan.initial-price` or `<ID>`.
    pub(crate) fn format_name(&self) -> String {
        if self.is_positional() {
            format!("<{}>", self.name.replace('-', "_").to_uppercase())
        } else {
            format!("--{}", self.name)
        }
    }

    /// The field by which it is described.
    pub(crate) fn field(&self) -> Option<&'static Field> {
        self.fields.first().copied()
    }

    /// The types that its value can have.
    pub(crate) fn types(&self) -> impl Iterator<Item = &'static Type> {
        self.fields.iter().map(|field| field.ty())
    }
}

/// The flags of an operation: the arguments first, then what every request has, each with the fields within it after it.
///
/// A name that is one of `reserved`, which are options of every command, gets the prefix `field-`.
pub(crate) fn collect_flags(loaded: &'static Loaded, reserved: &[&str]) -> Vec<Flag> {
    let mut collector = Collector { loaded, flags: Vec::new() };
    collector.add_parameters();
    collector.add_body();
    let mut flags = collector.flags;
    for flag in &mut flags {
        let first = flag.name.split('.').next().unwrap_or_default();
        if !flag.is_positional() && reserved.contains(&first) {
            flag.name.insert_str(0, "field-");
        }
    }
    settle_required(&mut flags);
    let mut seen = std::collections::BTreeSet::new();
    flags.retain(|flag| seen.insert(flag.name.clone()));
    let is_required = |flag: &Flag, flags: &[Flag]| {
        let first = flag.path.first();
        flags.iter().any(|other| other.path.len() == 1 && other.path.first() == first && other.required)
    };
    let ranks: Vec<(bool, bool)> =
        flags.iter().map(|flag| (!flag.is_positional(), !is_required(flag, &flags))).collect();
    let mut ranked: Vec<((bool, bool), Flag)> = ranks.into_iter().zip(flags).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, flag)| flag).collect()
}

/// What is required within an object is required if the object is.
fn settle_required(flags: &mut [Flag]) {
    let required: Vec<(Place, Vec<String>)> =
        flags.iter().filter(|flag| flag.required).map(|flag| (flag.place, flag.path.clone())).collect();
    for flag in flags.iter_mut() {
        flag.required_within = flag.required;
        let is_required = |length: usize| {
            let outer = flag.path.get(..length).unwrap_or_default();
            required.iter().any(|(place, path)| *place == flag.place && path == outer)
        };
        flag.required = (1..=flag.path.len()).all(is_required);
    }
}

struct Collector {
    loaded: &'static Loaded,
    flags: Vec<Flag>,
}

/// Where fields are that get flags.
struct Parent<'a> {
    path: &'a [String],
    name: &'a str,
    place: Place,
}

impl Collector {
    fn description(&self) -> &'static Description {
        &self.loaded.description
    }

    fn add_parameters(&mut self) {
        let loaded = self.loaded;
        for parameter in loaded.operation.parameters.iter() {
            let field = parameter.field;
            if field.constant.is_some() && field.is_required() {
                continue;
            }
            let name = parameter.request_name();
            let docs = loaded.docs.parameters.get(name).map(String::as_str);
            let parent = Parent { path: &[], name: "", place: Place::Parameter(parameter.location) };
            self.add(&parent, name, field, docs, None);
        }
    }

    fn add_body(&mut self) {
        let loaded = self.loaded;
        let Some(body) = loaded.operation.body.as_ref().filter(|body| body.encoding != Encoding::Raw) else {
            return;
        };
        let parent = Parent { path: &[], name: "", place: Place::Body };
        match &body.content {
            BodyContent::Variants(variants) => {
                let only = variants.len() == 1;
                for (index, variant) in variants.iter().enumerate() {
                    let texts = loaded.docs.variants.get(index);
                    for (name, field) in sendable(&variant.object.fields) {
                        let docs = texts.and_then(|texts| texts.members.get(name)).map(String::as_str);
                        let form = (!only).then_some(variant.name.as_str());
                        self.add(&parent, name, field, docs, form);
                    }
                }
                self.settle_forms(variants.len(), "");
            }
            BodyContent::Value(ty) => self.add_members(&parent, ty),
        }
        if !body.required {
            let own = self.flags.iter_mut().filter(|flag| flag.place == Place::Body);
            own.for_each(|flag| flag.required = false);
        }
    }

    /// Adds the flag of a field and those of the fields within it. Returns quietly if the flag is there already, of another form.
    fn add(
        &mut self,
        parent: &Parent<'_>,
        wire: &'static str,
        field: &'static Field,
        docs: Option<&'static str>,
        form: Option<&'static str>,
    ) {
        let path: Vec<String> = parent.path.iter().cloned().chain([wire.to_owned()]).collect();
        let word = to_kebab_case(wire).replace('.', "-");
        let name = if parent.name.is_empty() { word } else { format!("{}.{word}", parent.name) };
        let same = self.flags.iter_mut().find(|flag| flag.place == parent.place && flag.path == path);
        if let Some(same) = same {
            if same.fields.iter().all(|other| other.ty() != field.ty()) {
                same.fields.push(field);
            }
            same.required &= field.is_required();
            same.docs = same.docs.or(docs);
            same.forms.extend(form);
        } else {
            let required = field.is_required() && field.constant.is_none();
            let kind = self.kind(field.ty());
            let fields = vec![field];
            let forms = form.into_iter().collect();
            let place = parent.place;
            let flag = Flag {
                name: name.clone(),
                path: path.clone(),
                place,
                fields,
                kind,
                docs,
                required,
                required_within: required,
                forms,
            };
            self.flags.push(flag);
        }
        if place_allows_members(parent.place) && path.len() < MAX_DEPTH && self.flags.len() < MAX_FLAGS {
            self.add_members(&Parent { path: &path, name: &name, place: parent.place }, field.ty());
        }
    }

    /// Adds the flags of the fields that values of a type have.
    fn add_members(&mut self, parent: &Parent<'_>, ty: &'static Type) {
        let objects = find_objects(self.description(), ty);
        let only = objects.len() == 1;
        let has_others = variant_count(self.description(), ty) > objects.len();
        for (form, type_name, object) in &objects {
            let texts = type_name.and_then(|name| self.loaded.types.get(name));
            for (name, field) in sendable(&object.fields) {
                let docs = texts.and_then(|texts| texts.members.get(name)).map(String::as_str);
                let form = if only && !has_others { None } else { *form };
                self.add(parent, name, field, docs, form);
            }
        }
        self.settle_forms(objects.len() + usize::from(has_others), parent.name);
    }

    /// Makes a flag that all forms have one without forms. What only some have is not required.
    fn settle_forms(&mut self, count: usize, parent: &str) {
        let is_member = |flag: &Flag| match flag.name.rsplit_once('.') {
            Some((outer, _)) => outer == parent,
            None => parent.is_empty() && flag.place == Place::Body,
        };
        for flag in self.flags.iter_mut().filter(|flag| is_member(flag) && !flag.forms.is_empty()) {
            if flag.forms.len() >= count {
                flag.forms.clear();
            } else {
                flag.required = false;
            }
        }
    }

    fn kind(&self, ty: &'static Type) -> Kind {
        match self.description().resolve(ty) {
            Type::Boolean => Kind::Switch,
            Type::Binary => Kind::File,
            Type::Map(_) | Type::JsonObject => Kind::Map,
            Type::Json => Kind::Json,
            Type::List(inner) => match self.kind(inner) {
                Kind::Switch | Kind::Value => Kind::List,
                Kind::File => Kind::FileList,
                _ => Kind::JsonList,
            },
            Type::Named(_) => match self.description().definition(ty) {
                Some(TypeDefinition::Object(_)) => Kind::Json,
                Some(TypeDefinition::Union(variants)) => {
                    let is_json = |kind: Kind| kind != Kind::Value && kind != Kind::Switch;
                    let all_json = variants.iter().all(|variant| is_json(self.kind(&variant.ty)));
                    if all_json { Kind::Json } else { Kind::Value }
                }
                _ => Kind::Value,
            },
            _ => Kind::Value,
        }
    }
}

/// Whether the fields of an object have flags: the values of a path have no names.
fn place_allows_members(place: Place) -> bool {
    place != Place::Parameter(Location::Path)
}

/// The fields that a request can have and that have no fixed value.
fn sendable(fields: &'static Fields) -> impl Iterator<Item = (&'static str, &'static Field)> {
    let fields = fields.iter().filter(|(_, field)| !field.read_only);
    fields.map(|(name, field)| (name.as_str(), field))
}

/// An object with the name of its variant and that of its type.
type NamedObject = (Option<&'static str>, Option<&'static str>, &'static Object);

/// The objects that values of a type can be.
fn find_objects(description: &'static Description, ty: &'static Type) -> Vec<NamedObject> {
    let name = |ty: &'static Type| description.resolve(ty).referenced_name();
    match description.definition(ty) {
        Some(TypeDefinition::Object(object)) => vec![(None, name(ty), object)],
        Some(TypeDefinition::Union(variants)) => {
            let objects = variants.iter().filter_map(|variant| {
                let object = description.object(&variant.ty)?;
                Some((Some(variant.name.as_str()), name(&variant.ty), object))
            });
            objects.collect()
        }
        _ => Vec::new(),
    }
}

fn variant_count(description: &Description, ty: &Type) -> usize {
    match description.definition(ty) {
        Some(TypeDefinition::Union(variants)) => variants.len(),
        _ => 0,
    }
}
