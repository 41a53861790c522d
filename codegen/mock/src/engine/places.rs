//! Places for the bytes of uploads: opened by the call that makes a file's record, told in its answer, and filled once the
//! bytes have come. It knows no connection.

use std::collections::VecDeque;

use crate::engine::answer::Answering;
use crate::engine::document::{Operation, Type, Upload};
use crate::engine::store::Listing;
use crate::engine::tree::Json;
use openapi_client_runtime::{__private::percent_encode, Secret};

/// The path below which the storage stands.
pub(crate) const STORAGE: &str = "/mock-storage/";

/// The header that has to come with the bytes.
pub(crate) const HEADER: &str = "x-mock-storage";

/// How many places are kept: the last ones.
const KEPT: usize = 10_000;

/// Where bytes are awaited.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// What follows [`STORAGE`] in its path.
    pub(crate) name: String,
    /// What nobody can guess. It stands in the query, since paths are logged.
    pub(crate) signature: Secret,
    /// Whether the bytes have to come with [`HEADER`], which then holds the name.
    pub(crate) has_header: bool,
    /// The upload's index in the table.
    upload: usize,
    /// Where the thing stands, and which it is.
    path: String,
    id: String,
}

/// The places that were opened.
#[derive(Debug, Default)]
pub(crate) struct Places(VecDeque<Place>);

impl Places {
    pub(crate) fn find(&self, name: &str) -> Option<&Place> {
        self.0.iter().rev().find(|place| place.name == name)
    }

    fn add(&mut self, place: Place) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(place);
    }
}

impl<'a> Answering<'a> {
    /// Opens a place if the call begins an upload: `source` is what is known of the thing that is made.
    pub(crate) fn open(
        &mut self,
        operation: &Operation,
        (path, id): (&str, &str),
        source: &mut Json,
    ) -> Option<&'a Upload> {
        let mut uploads = self.document.uploads.iter().enumerate();
        let (index, upload) = uploads.find(|(_, upload)| upload.create == operation.id)?;
        let place = Place {
            name: percent_encode(id),
            signature: Secret::from(uuid::Uuid::new_v4().simple().to_string()),
            has_header: upload.headers.is_some(),
            upload: index,
            path: path.to_owned(),
            id: id.to_owned(),
        };
        let signature = place.signature.expose();
        source.set(
            &upload.url,
            Json::text(format!("{}{STORAGE}{}?signature={signature}", self.origin, place.name)),
        );
        if let Some(headers) = &upload.headers {
            source.set(headers, Json::Object(vec![(HEADER.to_owned(), Json::text(&place.name))]));
        }
        source.set(&upload.status, Json::text(&upload.pending));
        for member in [&upload.size, &upload.location].into_iter().flatten() {
            source.set(member, Json::Null);
        }
        self.store.places.add(place);
        Some(upload)
    }

    /// What is known of a thing that nobody has made: if it comes of uploads, its own is over.
    pub(crate) fn unmade(&self, operation: &Operation) -> Json {
        let upload = self.document.uploads.iter().find(|upload| upload.retrieve == operation.id);
        let members = upload.map(|upload| (upload.status.clone(), Json::text(&upload.ready)));
        Json::Object(members.into_iter().collect())
    }

    /// Makes the thing of a place ready, whose bytes have come; false if it is not there any more.
    pub(crate) fn fill(&mut self, name: &str, bytes: usize) -> bool {
        let Some(place) = self.store.places.find(name).cloned() else { return false };
        let Some(upload) = self.document.uploads.get(place.upload) else { return false };
        let things = self.store.collection(&place.path);
        let Some(mut thing) = things.get(&place.id).map(|thing| thing.value.clone()) else { return false };
        thing.set(&upload.status, Json::text(&upload.ready));
        let resource = self.resources.creating(self.document, &upload.create);
        let made = resource
            .map(|resource| self.made(resource, &place.path, &place.id, &Json::Object(Vec::new())))
            .unwrap_or(Json::Null);
        if let Some(size) = &upload.size {
            let object = resource.and_then(|resource| self.document.object(resource.ty.as_ref()?));
            let number = object
                .and_then(|object| object.get(size))
                .is_some_and(|member| *self.document.plain(&member.ty) == Type::Integer);
            thing.set(size, if number { Json::number(bytes) } else { Json::text(bytes.to_string()) });
        }
        if let Some(location) = &upload.location {
            thing.set(location, made.get(location).cloned().unwrap_or(Json::Null));
        }
        self.store.collection(&place.path).put(&place.id, thing, Listing::None);
        true
    }
}
