//! The slots for the bytes of uploads: each has an address of its own, which only the response that opened it states.

use std::collections::VecDeque;

use openapi_client_runtime::Secret;

/// The path prefix of all slots.
pub(crate) const STORAGE_PATH: &str = "/mock-storage/";

/// The header that is sent with the bytes.
pub(crate) const STORAGE_HEADER: &str = "x-mock-storage";

/// The number of slots that are kept; older ones are dropped.
const MAX_SLOTS: usize = 10_000;

/// A slot that takes the bytes of one upload.
#[derive(Clone, Debug)]
pub(crate) struct UploadSlot {
    /// What follows [`STORAGE_PATH`] in its path.
    pub(crate) name: String,
    /// An unguessable value. It is in the query, since servers log paths.
    pub(crate) signature: Secret,
    /// Whether the bytes must come with [`STORAGE_HEADER`], which holds the name.
    pub(crate) has_header: bool,
    /// The index of the upload in the description.
    pub(crate) upload: usize,
    /// The path of the record's collection.
    pub(crate) collection: String,
    /// The id of the record.
    pub(crate) id: String,
}

/// The open slots, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct UploadSlots(VecDeque<UploadSlot>);

impl UploadSlots {
    pub(crate) fn find(&self, name: &str) -> Option<&UploadSlot> {
        self.0.iter().rev().find(|slot| slot.name == name)
    }

    pub(crate) fn add(&mut self, slot: UploadSlot) {
        if self.0.len() == MAX_SLOTS {
            self.0.pop_front();
        }
        self.0.push_back(slot);
    }
}
