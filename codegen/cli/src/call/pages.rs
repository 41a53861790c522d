//! The pages of a list.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
};

use openapi_client_description::JsonValue;
use openapi_client_runtime::__private::{Core, RawPageRequest};

use super::{encode::Request, operation::runtime_operation, operation_call::Call, settings::CallSettings};
use crate::error::{CliError, Exit};

/// The pages of a list, requested one by one.
pub(crate) struct Pages {
    next: Option<Result<RawPageRequest, CliError>>,
    /// What selects the page after the last one that was received, such as its cursor.
    cursor: Option<String>,
    used_cursors: UsedCursors,
}

/// Hashes of the cursors that the server sent: one that it repeats would make the list endless.
#[derive(Default)]
struct UsedCursors {
    hashes: HashSet<u64>,
    hasher: RandomState,
}

impl UsedCursors {
    /// Adds a cursor. An error if it was used before.
    fn add(&mut self, cursor: &str) -> Result<(), CliError> {
        if self.hashes.insert(self.hasher.hash_one(cursor)) {
            return Ok(());
        }
        let message = "the server repeats a cursor, so that the list would never end";
        Err(CliError::new(Exit::Api, message).hint("the pages before are complete; the rest cannot be read"))
    }
}

impl Call {
    /// Whether the operation is a list with pages.
    pub(crate) fn is_list(&self) -> bool {
        self.loaded.operation.paginated || self.loaded.operation.paging.is_some()
    }

    /// The pages of a list.
    pub(crate) fn pages(&self, core: &Core, settings: &CallSettings) -> Pages {
        let request = self.build(core).and_then(|request: Request| {
            let request = request.with_options(settings.call_options());
            Ok(request.raw_page(runtime_operation(self.loaded)?.list, &self.loaded.description.pages.info))
        });
        Pages { next: Some(request), cursor: None, used_cursors: UsedCursors::default() }
    }
}

/// A page of a list.
#[derive(Debug)]
pub(crate) struct PageReply {
    /// The whole response.
    pub(crate) body: JsonValue,
    pub(crate) items: Vec<JsonValue>,
}

impl Pages {
    /// The items of the next page; `None` after the last one.
    pub(crate) async fn next(&mut self) -> Option<Result<Vec<JsonValue>, CliError>> {
        self.next_page().await.map(|page| page.map(|page| page.items)).transpose()
    }

    /// The next page; `None` after the last one.
    pub(crate) async fn next_page(&mut self) -> Result<Option<PageReply>, CliError> {
        let Some(request) = self.next.take() else { return Ok(None) };
        let page = request?.send().await?;
        self.cursor = page.next_cursor;
        self.next = page.next.map_err(CliError::from).transpose();
        // This page is valid even if the cursor in it is not: that is the error of the next call.
        if let (Some(Ok(_)), Some(cursor)) = (&self.next, &self.cursor)
            && let Err(error) = self.used_cursors.add(cursor)
        {
            self.next = Some(Err(error));
        }
        let items = page.items.iter().map(|item| parse_json(item.get()));
        let items = items.collect::<Result<Vec<JsonValue>, _>>()?;
        let body = parse_json(&String::from_utf8_lossy(&page.response.value))?;
        Ok(Some(PageReply { body, items }))
    }

    /// Whether there is a page after those that were received.
    pub(crate) fn has_more(&self) -> bool {
        self.next.is_some()
    }

    /// What selects the next page, such as its cursor.
    pub(crate) fn next_cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }
}

fn parse_json(text: &str) -> Result<JsonValue, CliError> {
    JsonValue::parse(text)
        .map_err(|error| CliError::new(Exit::Api, format!("cannot read the response: {error:?}")))
}
