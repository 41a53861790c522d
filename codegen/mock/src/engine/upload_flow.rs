//! Uploads: the operation that creates a record opens a slot, and the record becomes ready when the slot receives the bytes.

use openapi_client_description::{JsonValue, Operation, Type, Upload};
use openapi_client_runtime::{__private::percent_encode, Secret};

use crate::engine::responder::Responder;
use crate::engine::store::Visibility;
use crate::engine::upload_slots::{STORAGE_HEADER, STORAGE_PATH, UploadSlot};

impl<'a> Responder<'a> {
    /// Opens a slot if the operation starts an upload, and adds its address to the fields of the record.
    pub(crate) fn open_upload_slot(
        &mut self,
        operation: &Operation,
        (collection, id): (&str, &str),
        record: &mut JsonValue,
    ) -> Option<&'a Upload> {
        let mut uploads = self.description.uploads.iter().enumerate();
        let (index, upload) = uploads.find(|(_, upload)| upload.create == operation.id)?;
        let slot = UploadSlot {
            name: percent_encode(id),
            signature: Secret::from(uuid::Uuid::new_v4().simple().to_string()),
            has_header: upload.headers.is_some(),
            upload: index,
            collection: collection.to_owned(),
            id: id.to_owned(),
        };
        let (origin, name, signature) = (self.origin, &slot.name, slot.signature.expose());
        let url = format!("{origin}{STORAGE_PATH}{name}?signature={signature}");
        record.set(&upload.url, JsonValue::string(url));
        if let Some(headers) = &upload.headers {
            let header = (STORAGE_HEADER.to_owned(), JsonValue::string(name));
            record.set(headers, JsonValue::Object(vec![header]));
        }
        record.set(&upload.status, JsonValue::string(&upload.pending));
        for field in [&upload.size, &upload.location].into_iter().flatten() {
            record.set(field, JsonValue::Null);
        }
        self.store.upload_slots.add(slot);
        Some(upload)
    }

    /// The fields of a resource that no client has created: the upload of such a record is complete.
    pub(crate) fn generated_fields(&self, operation: &Operation) -> JsonValue {
        let upload = self.description.uploads.iter().find(|upload| upload.retrieve == operation.id);
        let fields = upload.map(|upload| (upload.status.clone(), JsonValue::string(&upload.ready)));
        JsonValue::Object(fields.into_iter().collect())
    }

    /// Makes the record of a slot ready; false if the record does not exist any more.
    pub(crate) fn complete_upload(&mut self, slot_name: &str, size: usize) -> bool {
        let Some(slot) = self.store.upload_slots.find(slot_name).cloned() else { return false };
        let Some(upload) = self.description.uploads.get(slot.upload) else { return false };
        let record = self.store.collection(&slot.collection).get(&slot.id);
        let Some(mut record) = record.map(|record| record.value.clone()) else { return false };
        record.set(&upload.status, JsonValue::string(&upload.ready));
        let resource_type = self.resource_types.created_by(self.description, &upload.create);
        if let Some(field) = &upload.size {
            let object = resource_type.and_then(|found| self.description.object(found.ty.as_ref()?));
            let ty = object.and_then(|object| object.fields.get(field)).map(|field| field.ty());
            let is_integer =
                ty.is_some_and(|ty| matches!(self.description.resolve(ty), Type::Integer | Type::Unsigned));
            let size = if is_integer { JsonValue::number(size) } else { JsonValue::string(size.to_string()) };
            record.set(field, size);
        }
        if let Some(field) = &upload.location {
            let generated = resource_type.map(|resource_type| {
                self.complete(resource_type, &slot.collection, &slot.id, &JsonValue::empty_object())
            });
            let location = generated.and_then(|generated| generated.get(field).cloned());
            record.set(field, location.unwrap_or(JsonValue::Null));
        }
        self.store.collection(&slot.collection).put(&slot.id, record, Visibility::Hidden);
        true
    }
}
