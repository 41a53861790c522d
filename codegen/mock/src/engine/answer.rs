//! What an operation answers: a thing from memory, a page of things, or a sample; and what memory keeps of it.

use std::time::SystemTime;

use crate::engine::chance::{letters, number};
use crate::engine::check::Direction;
use crate::engine::document::{Document, Operation, Place, Success, Type};
use crate::engine::filters::Filters;
use crate::engine::minting::minted;
use crate::engine::pages::{self, BadCursor};
use crate::engine::resources::{Action, Resource, Resources, Role, listed};
use crate::engine::sample::Sampler;
use crate::engine::store::{Listing, Store, merge};
use crate::engine::tree::Json;
use crate::engine::{Options, Route};
use openapi_client_runtime::__private::percent_encode;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// What is asked for was deleted.
    Gone(String),
    Cursor(BadCursor),
}

/// Makes answers.
pub(crate) struct Answering<'a> {
    pub(crate) document: &'a Document,
    pub(crate) resources: &'a Resources,
    pub(crate) options: &'a Options,
    pub(crate) store: &'a mut Store,
    /// Scheme, host and port under which the caller reaches the server.
    pub(crate) origin: &'a str,
}

/// One call of an operation that does something with things.
struct Call<'c> {
    operation: &'c Operation,
    role: &'c Role,
    resource: &'c Resource,
    arguments: &'c Json,
    /// Where the things stand.
    path: String,
    /// Which one is meant.
    id: String,
}

impl<'a> Answering<'a> {
    /// The JSON of a success.
    pub(crate) fn answer(&mut self, route: &Route, arguments: &Json) -> Result<Json, NoAnswer> {
        let Some(operation) = self.document.operations.get(route.operation) else { return Ok(Json::Null) };
        let Some(call) = self.call(operation, route, arguments) else {
            let source = self.sent(operation, arguments, None);
            return Ok(self.sample(operation, Some(&source), &operation.id));
        };
        match call.role.action {
            Action::List => self.list(&call),
            Action::Create => Ok(self.create(&call)),
            Action::Retrieve => {
                let thing = self.thing(&call)?;
                Ok(self.shown(&call, &thing))
            }
            Action::Update | Action::Act => self.change(&call),
            Action::Delete => {
                let thing = self.thing(&call)?;
                let answer = self.shown(&call, &thing);
                self.store.collection(&call.path).delete(&call.id);
                Ok(answer)
            }
        }
    }

    /// Keeps what a stub answers, if it is a thing.
    pub(crate) fn remember(&mut self, route: &Route, value: &Json) {
        let Some(operation) = self.document.operations.get(route.operation) else { return };
        let empty = Json::Object(Vec::new());
        let Some(call) = self.call(operation, route, &empty) else { return };
        let known = call.resource.key.as_deref().and_then(|key| value.get(key)).map(plain);
        let id = match call.role.action {
            Action::Create | Action::Retrieve | Action::Update => known.unwrap_or_else(|| call.id.clone()),
            Action::Act if self.answers_thing(&call) => known.unwrap_or_else(|| call.id.clone()),
            _ => return,
        };
        if !id.is_empty() && matches!(value, Json::Object(_)) {
            let listing = if call.role.action == Action::Create { Listing::All } else { Listing::None };
            let things = self.store.collection(&call.path);
            let mut all = things.get(&id).map_or(Json::Object(Vec::new()), |thing| thing.value.clone());
            merge(&mut all, value);
            things.put(&id, all, listing);
            things.say(&id, value);
        }
    }

    fn call<'c>(&self, operation: &'c Operation, route: &Route, arguments: &'c Json) -> Option<Call<'c>>
    where
        'a: 'c,
    {
        let role = self.resources.role(route.operation)?;
        let resource = self.resources.all.get(role.resource)?;
        let given = |name: &str| {
            let found = route.parameters.iter().find(|(own, _)| own == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        // The same place may be named by other parameters than the call's own, but in the same order.
        let mut values = route.parameters.iter().map(|(_, value)| value);
        // A slash in a value must not make two segments of one.
        let path = resource.collection.filled(|_| percent_encode(values.next().map_or("", String::as_str)));
        let id = role.parameter.as_deref().map(given).unwrap_or_default();
        Some(Call { operation, role, resource, arguments, path, id })
    }

    /// A success of an operation out of nothing, or out of what a source knows.
    pub(crate) fn sample(&self, operation: &Operation, source: Option<&Json>, place: &str) -> Json {
        match &operation.success {
            Success::Json(ty) if *self.document.plain(ty) == Type::Boolean => Json::Bool(true),
            Success::Json(ty) => self.sampler().value(ty, source, place),
            Success::Text(_) => {
                Json::text(format!("{} {}", operation.id, letters(self.options.seed, place, 6)))
            }
            Success::Octets(_) => Json::text(letters(self.options.seed, place, 32)),
            Success::Empty => Json::Null,
        }
    }

    fn sampler(&self) -> Sampler<'a> {
        Sampler::new(self.document, Direction::Answer, self.options.seed)
    }

    /// A thing as this call shows it.
    fn shown(&self, call: &Call<'_>, thing: &Json) -> Json {
        self.sample(call.operation, Some(thing), &self.place(&call.path, &call.id))
    }

    /// Where the values of a thing are made from: the same wherever it is shown.
    fn place(&self, path: &str, id: &str) -> String {
        format!("{path}/{id}")
    }

    /// Everything of a thing that has this id and of which a source says something.
    pub(crate) fn made(&self, resource: &Resource, path: &str, id: &str, source: &Json) -> Json {
        let mut source = source.clone();
        if let (Some(key), false) = (&resource.key, id.is_empty()) {
            source.set(key, self.typed_id(resource, key, id));
        }
        let Some(ty) = &resource.ty else { return source };
        self.sampler().value(ty, Some(&source), &self.place(path, id))
    }

    /// An id as its member holds it: most are text.
    fn typed_id(&self, resource: &Resource, key: &str, id: &str) -> Json {
        let object = resource.ty.as_ref().and_then(|ty| self.document.object(ty));
        let ty = object.and_then(|object| object.get(key)).map(|member| self.document.plain(&member.ty));
        match ty {
            Some(Type::Integer) if id.parse::<i64>().is_ok() => Json::number(id),
            _ => Json::text(id),
        }
    }

    /// The thing that a call names: from memory, or as it always is for this id.
    fn thing(&mut self, call: &Call<'_>) -> Result<Json, NoAnswer> {
        let things = self.store.collection(&call.path);
        if things.is_deleted(&call.id) {
            return Err(NoAnswer::Gone(call.id.clone()));
        }
        if let Some(thing) = things.get(&call.id) {
            return Ok(thing.value.clone());
        }
        Ok(self.made(call.resource, &call.path, &call.id, &self.unmade(call.operation)))
    }

    /// What is known before anything is made up: what the caller has sent, and the token if the call mints one.
    fn sent(&mut self, operation: &Operation, arguments: &Json, own: Option<&str>) -> Json {
        let mut sent = sent(operation, arguments, own);
        let id = letters(self.options.seed, &format!("token {}", self.store.minted), 14);
        for (name, value) in minted(self.document, operation, arguments, (SystemTime::now(), &id)) {
            sent.set(&name, value);
            self.store.minted += 1;
        }
        sent
    }

    fn create(&mut self, call: &Call<'_>) -> Json {
        self.store.created += 1;
        let sent = self.sent(call.operation, call.arguments, call.role.parameter.as_deref());
        let key = call.resource.key.as_deref().unwrap_or("id");
        // An id that the path has too is that of the owner.
        let of_path = call.operation.parameters.iter().any(|parameter| parameter.member.name == key);
        let given = sent.get(key).map(plain).filter(|id| !id.is_empty() && !of_path);
        let id = given.unwrap_or_else(|| {
            self.new_id(call.resource, &call.path, &format!("new {}", self.store.created))
        });
        let mut source = sent.clone();
        source.set(key, self.typed_id(call.resource, key, &id));
        let upload = self.open(call.operation, (&call.path, &id), &mut source);
        let thing = self.made(call.resource, &call.path, &id, &source);
        // What was sent stays known in the words it was sent in, for calls that show it so.
        let mut all = source;
        merge(&mut all, &thing);
        let answer = self.sample(call.operation, Some(&all), &self.place(&call.path, &id));
        merge(&mut all, &answer);
        // The place for the bytes is told once.
        for member in
            upload.into_iter().flat_map(|upload| [Some(&upload.url), upload.headers.as_ref()]).flatten()
        {
            all.set(member, Json::Null);
        }
        let things = self.store.collection(&call.path);
        things.put(&id, all, Listing::All);
        things.say(&id, &sent);
        answer
    }

    /// An id that no other thing has.
    fn new_id(&self, resource: &Resource, path: &str, count: &str) -> String {
        let place = format!("{path} {count}");
        let object = resource.ty.as_ref().and_then(|ty| self.document.object(ty));
        let member = object.zip(resource.key.as_deref()).and_then(|(object, key)| object.get(key));
        let code = letters(self.options.seed, &place, 14);
        let Some(member) = member else { return code };
        match self.document.plain(&member.ty) {
            Type::Id(kind) => format!("{}{code}", self.document.ids.get(*kind).map_or("", String::as_str)),
            Type::Integer => (number(self.options.seed, &place) % 1_000_000_000 + 1).to_string(),
            Type::String if resource.kind.is_some() => {
                let prefix = resource.kind.and_then(|kind| self.document.ids.get(kind));
                format!("{}{code}", prefix.map_or("", String::as_str))
            }
            _ => {
                // An example such as `thing_xxxx` tells the prefix.
                let example = member.example.as_ref().and_then(Json::as_str).unwrap_or_default();
                let prefix = example.rfind('_').and_then(|at| example.get(..=at)).unwrap_or_default();
                format!("{prefix}{code}")
            }
        }
    }

    /// Whether a call under a thing answers that thing.
    fn answers_thing(&self, call: &Call<'_>) -> bool {
        match (&call.operation.success, &call.resource.ty) {
            (Success::Json(ty), Some(thing)) => self.document.plain(ty) == self.document.plain(thing),
            _ => false,
        }
    }

    /// A change of a thing, or something that is done with it.
    fn change(&mut self, call: &Call<'_>) -> Result<Json, NoAnswer> {
        let mut thing = self.thing(call)?;
        let sent = self.sent(call.operation, call.arguments, call.role.parameter.as_deref());
        if call.role.action == Action::Act && !self.answers_thing(call) {
            let place = format!("{} {}", self.place(&call.path, &call.id), call.operation.id);
            return Ok(self.sample(call.operation, Some(&sent), &place));
        }
        merge(&mut thing, &sent);
        if let Some(key) = &call.resource.key {
            thing.set(key, self.typed_id(call.resource, key, &call.id));
        }
        let answer = self.shown(call, &thing);
        let things = self.store.collection(&call.path);
        things.put(&call.id, thing, Listing::None);
        things.say(&call.id, &sent);
        Ok(answer)
    }

    fn list(&mut self, call: &Call<'_>) -> Result<Json, NoAnswer> {
        let (document, path) = (self.document, call.path.as_str());
        let Some((member, item)) = listed(document, call.operation) else { return Ok(Json::Null) };
        let object =
            call.resource.ty.as_ref().and_then(|ty| document.object(ty)).or_else(|| document.object(&item));
        let filters = Filters::of(document, call.operation, object, call.arguments);
        let text = filters.text();
        if self.store.collection(path).fill(&text) {
            for index in 0..self.options.items {
                let id = self.new_id(call.resource, path, &format!("listed {index} {text}"));
                let thing = self.made(call.resource, path, &id, &filters.source());
                self.store.collection(path).put(&id, thing, Listing::For(text.clone()));
            }
        }
        let things = self.store.collection(path).list(&text, |thing| filters.pass(&thing.value, &thing.said));
        let part = if call.operation.page {
            pages::part(things, path, call.arguments).map_err(NoAnswer::Cursor)?
        } else {
            pages::Part { things, info: Json::Null }
        };
        let items = part
            .things
            .iter()
            .map(|thing| self.sampler().value(&item, Some(&thing.value), &self.place(path, &thing.id)));
        let items = Json::List(items.collect());
        let Success::Json(ty) = &call.operation.success else { return Ok(items) };
        let Some(member) = member else { return Ok(items) };
        let mut source = Json::Object(vec![(member.to_owned(), items)]);
        if call.operation.page {
            source.set(&document.pages.info, part.info);
        }
        Ok(self.sampler().value(ty, Some(&source), path))
    }
}

/// The members of the body among the arguments, and the owners that the path names; not the thing itself.
fn sent(operation: &Operation, arguments: &Json, own: Option<&str>) -> Json {
    let parameter = |name: &str| operation.parameters.iter().any(|parameter| parameter.key == name);
    let mut members: Vec<(String, Json)> =
        arguments.members().iter().filter(|(name, _)| !parameter(name)).cloned().collect();
    let path = operation.parameters.iter().filter(|parameter| parameter.place == Place::Path);
    let owners = path.filter(|parameter| {
        parameter.member.name.ends_with("_id") && Some(parameter.member.name.as_str()) != own
    });
    for parameter in owners {
        let name = &parameter.member.name;
        if let (Some(value), false) =
            (arguments.get(&parameter.key), members.iter().any(|(own, _)| own == name))
        {
            members.push((name.clone(), value.clone()));
        }
    }
    Json::Object(members)
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
