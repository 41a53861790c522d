//! From what was typed to a call.

use std::collections::BTreeMap;

use clap::ArgMatches;
use openapi_client_description::{BodyContent, Encoding, JsonValue, Type};

use super::{
    flags::{Flag, Kind, Place},
    inputs::Inputs,
    paths::{Step, format_path, parse_path, set_at, types_at},
    values::{Given, read_value},
};
use crate::{
    call::{Call, FileContent, RawBody},
    catalog::{Loaded, find_nearest, to_kebab_case},
    error::CliError,
};

/// The call that was typed.
pub(crate) fn read_call(
    loaded: &'static Loaded,
    flags: &[Flag],
    matches: &ArgMatches,
    inputs: &mut Inputs<'_>,
) -> Result<Call, CliError> {
    let mut reader = Reader {
        loaded,
        flags,
        parameters: JsonValue::empty_object(),
        body: None,
        files: BTreeMap::new(),
        raw_body: None,
    };
    reader.read_body(matches, inputs)?;
    let is_whole_given = reader.body.is_some();
    for flag in flags {
        if let Some(texts) = matches.get_many::<String>(&flag.name) {
            reader.read_flag(flag, texts.map(String::as_str).collect(), inputs)?;
        }
    }
    reader.read_paths(matches, inputs)?;
    Ok(reader.finish(is_whole_given))
}

struct Reader<'a> {
    loaded: &'static Loaded,
    flags: &'a [Flag],
    /// The parameters by their names in the request.
    parameters: JsonValue,
    /// The body, once something of it is set.
    body: Option<JsonValue>,
    files: BTreeMap<String, FileContent>,
    raw_body: Option<RawBody>,
}

impl Reader<'_> {
    fn read_body(&mut self, matches: &ArgMatches, inputs: &mut Inputs<'_>) -> Result<(), CliError> {
        let text = matches.try_get_one::<String>("body").ok().flatten();
        let Some((text, body)) = text.zip(self.loaded.operation.body.as_ref()) else { return Ok(()) };
        let media_type = matches.try_get_one::<String>("content-type").ok().flatten();
        if body.encoding == Encoding::Raw || media_type.is_some() {
            let path = if text == "-" { Some("-") } else { text.strip_prefix('@') };
            let content = match path {
                Some(path) => inputs.read(path)?.content,
                None => text.clone().into_bytes().into(),
            };
            self.raw_body = Some(RawBody { media_type: media_type.cloned(), content });
            return Ok(());
        }
        let is_text = matches!(&body.content, BodyContent::Value(ty) if *self.loaded.description.resolve(ty) == Type::String);
        self.body = Some(match inputs.read_json("--body", text) {
            Err(_) if is_text && !text.starts_with(['@', '"']) => JsonValue::string(text),
            value => value?,
        });
        Ok(())
    }

    fn read_flag(&mut self, flag: &Flag, texts: Vec<&str>, inputs: &mut Inputs<'_>) -> Result<(), CliError> {
        let shown = flag.format_name();
        let path: Vec<Step> = flag.path.iter().cloned().map(Step::Name).collect();
        if !flag.kind.is_repeatable() && texts.len() > 1 {
            return Err(CliError::usage(format!("`{shown}` is given {} times; give it once", texts.len())));
        }
        match flag.kind {
            Kind::Map => self.read_map(flag, &path, &texts, inputs),
            Kind::List | Kind::JsonList | Kind::FileList => self.read_list(flag, &path, &texts, inputs),
            Kind::Json => {
                let is_any = flag.types().any(|ty| *self.loaded.description.resolve(ty) == Type::Json);
                for text in texts {
                    let value = match inputs.read_json(&shown, text) {
                        // Any JSON: what is none is a text, so that texts need no quotes of their own.
                        Err(_) if is_any && !text.starts_with(['@', '{', '[', '"']) && text != "-" => {
                            JsonValue::string(text)
                        }
                        value => value?,
                    };
                    self.set(flag.place, &path, value, &shown)?;
                }
                Ok(())
            }
            Kind::Switch | Kind::Value | Kind::File => {
                for text in texts {
                    let given = read_value(&self.loaded.description, flag.types(), &shown, text, inputs)?;
                    self.set_given(flag.place, &path, given, &shown)?;
                }
                Ok(())
            }
        }
    }

    fn read_list(
        &mut self,
        flag: &Flag,
        path: &[Step],
        texts: &[&str],
        inputs: &mut Inputs<'_>,
    ) -> Result<(), CliError> {
        let (description, shown) = (&self.loaded.description, flag.format_name());
        self.set(flag.place, path, JsonValue::List(Vec::new()), &shown)?;
        let mut count = 0;
        for text in texts {
            // A whole list at once, as other programs print it.
            let whole =
                (flag.kind != Kind::FileList && text.starts_with('[')).then(|| JsonValue::parse(text).ok());
            let items = match (whole.flatten(), flag.kind) {
                (Some(JsonValue::List(items)), _) => items.into_iter().map(Given::Value).collect(),
                (_, Kind::JsonList) => match inputs.read_json(&shown, text)? {
                    JsonValue::List(items) => items.into_iter().map(Given::Value).collect(),
                    value => vec![Given::Value(value)],
                },
                _ => {
                    let types = flag.types().filter_map(|ty| match description.resolve(ty) {
                        Type::List(inner) => Some(&**inner),
                        _ => None,
                    });
                    vec![read_value(description, types, &shown, text, inputs)?]
                }
            };
            for item in items {
                self.set_item(flag, path, count, item)?;
                count += 1;
            }
        }
        Ok(())
    }

    fn set_item(&mut self, flag: &Flag, path: &[Step], index: usize, given: Given) -> Result<(), CliError> {
        let path: Vec<Step> = path.iter().cloned().chain([Step::Index(index)]).collect();
        self.set_given(flag.place, &path, given, &flag.format_name())
    }

    fn read_map(
        &mut self,
        flag: &Flag,
        path: &[Step],
        texts: &[&str],
        inputs: &mut Inputs<'_>,
    ) -> Result<(), CliError> {
        let (description, shown) = (&self.loaded.description, flag.format_name());
        for text in texts {
            if text.starts_with(['{', '@']) {
                let value = inputs.read_json(&shown, text)?;
                self.set(flag.place, path, value, &shown)?;
                continue;
            }
            let Some((key, text)) = text.split_once('=') else {
                let why = "expected KEY=TEXT, KEY:=JSON, a JSON object or @FILE, found no `=`";
                return Err(CliError::usage(format!("`{shown}`: {why}")));
            };
            let at =
                |key: &str| path.iter().cloned().chain([Step::Name(key.to_owned())]).collect::<Vec<Step>>();
            if let Some(key) = key.strip_suffix(':') {
                let value = inputs.read_json(&shown, text)?;
                self.set(flag.place, &at(key), value, &shown)?;
                continue;
            }
            let inner: Vec<&Type> = flag
                .types()
                .filter_map(|ty| match description.resolve(ty) {
                    Type::Map(inner) => Some(&**inner),
                    _ => None,
                })
                .collect();
            let given = if inner.is_empty() {
                Given::Value(JsonValue::string(text))
            } else {
                read_value(description, inner.into_iter(), &shown, text, inputs)?
            };
            self.set_given(flag.place, &at(key), given, &shown)?;
        }
        Ok(())
    }

    /// Reads `--set` and `--null`, in the order in which they were typed.
    fn read_paths(&mut self, matches: &ArgMatches, inputs: &mut Inputs<'_>) -> Result<(), CliError> {
        let mut given: Vec<(usize, &str, bool)> = Vec::new();
        for (name, is_null) in [("set", false), ("null", true)] {
            let (texts, indices) = (matches.get_many::<String>(name), matches.indices_of(name));
            if let Some((texts, indices)) = texts.zip(indices) {
                given.extend(texts.zip(indices).map(|(text, index)| (index, text.as_str(), is_null)));
            }
        }
        given.sort_unstable();
        for (_, text, is_null) in given {
            let (flag, path, value) = match text.split_once('=').filter(|_| !is_null) {
                Some((path, value)) => ("--set", path, Some(value)),
                None if is_null => ("--null", text, None),
                None => return Err(CliError::usage("`--set`: expected PATH=VALUE, found no `=`")),
            };
            let (path, is_json) = match path.strip_suffix(':') {
                Some(path) if value.is_some() => (path, true),
                _ => (path, false),
            };
            let shown = format!("{flag} {path}");
            let steps = parse_path(path).map_err(|why| CliError::usage(format!("`{shown}`: {why}")))?;
            let (place, steps, types) = self.resolve(steps, &shown)?;
            let given = match value {
                None => Given::Value(JsonValue::Null),
                Some(text) if is_json => Given::Value(inputs.read_json(&shown, text)?),
                Some(text) => read_value(&self.loaded.description, types.into_iter(), &shown, text, inputs)?,
            };
            self.set_given(place, &steps, given, &shown)?;
        }
        Ok(())
    }

    /// Where a path leads that was typed in the names of flags or of the document, and the types of the values there.
    fn resolve(
        &self,
        mut steps: Vec<Step>,
        shown: &str,
    ) -> Result<(Place, Vec<Step>, Vec<&'static Type>), CliError> {
        let description = &self.loaded.description;
        let whole = match self.loaded.operation.body.as_ref().map(|body| &body.content) {
            Some(BodyContent::Value(ty)) => Some(ty),
            _ => None,
        };
        let first = match steps.first() {
            Some(Step::Name(name)) => name.clone(),
            _ => String::new(),
        };
        let is_meant = |flag: &&Flag| {
            flag.path.len() == 1 && (flag.path.first() == Some(&first) || flag.name == to_kebab_case(&first))
        };
        if let Some(flag) = self.flags.iter().find(is_meant) {
            if let (Some(step), Some(name)) = (steps.first_mut(), flag.path.first()) {
                *step = Step::Name(name.clone());
            }
            let mut types: Vec<&'static Type> = flag.types().collect();
            for index in 1..steps.len() {
                types = resolve_step(description, types, steps.get_mut(index));
            }
            return Ok((flag.place, steps, types));
        }
        if let Some(ty) = whole {
            let types = types_at(description, ty, &steps);
            return Ok((Place::Body, steps, types));
        }
        if self.loaded.operation.body.is_some() {
            return Ok((Place::Body, steps, Vec::new()));
        }
        let known = self.flags.iter().filter(|flag| flag.path.len() == 1).map(|flag| flag.name.as_str());
        let error = CliError::usage(format!("`{shown}`: there is no argument `{first}`"));
        Err(match find_nearest(&first, known) {
            Some(nearest) => error.hint(format!("did you mean `{nearest}`?")),
            None => error,
        })
    }

    fn set_given(&mut self, place: Place, path: &[Step], given: Given, shown: &str) -> Result<(), CliError> {
        match given {
            Given::Value(value) => self.set(place, path, value, shown),
            Given::File(file) => {
                // The value only says that there is one; the bytes are sent in its place.
                let name = file.name.clone().unwrap_or_else(|| "-".to_owned());
                self.files.insert(format_path(path), file);
                self.set(place, path, JsonValue::string(name), shown)
            }
        }
    }

    fn set(&mut self, place: Place, path: &[Step], value: JsonValue, shown: &str) -> Result<(), CliError> {
        let root = match place {
            Place::Parameter(_) => &mut self.parameters,
            Place::Body => self.body.get_or_insert_with(JsonValue::empty_object),
        };
        set_at(root, path, value).map_err(|why| CliError::usage(format!("`{shown}`: {why}")))
    }

    fn finish(self, is_whole_given: bool) -> Call {
        let mut call = Call::new(self.loaded);
        let properties =
            |value| if let JsonValue::Object(properties) = value { properties } else { Vec::new() };
        call.arguments.extend(properties(self.parameters));
        let is_value = matches!(
            self.loaded.operation.body.as_ref().map(|body| &body.content),
            Some(BodyContent::Value(_))
        );
        match self.body {
            Some(JsonValue::Object(fields)) if !is_whole_given && !is_value => call.arguments.extend(fields),
            body => call.body = body,
        }
        call.files = self.files;
        call.raw_body = self.raw_body;
        call
    }
}

/// The types one step further, with the name of the document in place of the one that was typed.
fn resolve_step(
    description: &'static openapi_client_description::Description,
    types: Vec<&'static Type>,
    step: Option<&mut Step>,
) -> Vec<&'static Type> {
    let Some(step) = step else { return types };
    let next = |step: &Step| -> Vec<&'static Type> {
        types.iter().flat_map(|ty| types_at(description, ty, std::slice::from_ref(step))).collect()
    };
    let found = next(step);
    let Step::Name(typed) = &*step else { return found };
    if !found.is_empty() {
        return found;
    }
    let snake = Step::Name(typed.replace('-', "_"));
    let found = next(&snake);
    if !found.is_empty() {
        *step = snake;
    }
    found
}
