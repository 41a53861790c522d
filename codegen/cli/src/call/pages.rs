//! The pages of a list.

use openapi_client_description::JsonValue;
use openapi_client_runtime::__private::{Core, RawPageRequest};

use super::{Call, CallSettings, encode::Request, operation::list_path};
use crate::error::{CliError, Exit};

/// The pages of a list, requested one by one.
pub(crate) struct Pages {
    next: Option<Result<RawPageRequest, CliError>>,
    /// What selects the page after the last one that was received, such as its cursor.
    cursor: Option<String>,
}

impl Call {
    /// Whether the operation is a list with pages.
    pub(crate) fn is_list(&self) -> bool {
        self.loaded.operation.paginated || self.loaded.operation.paging.is_some()
    }

    /// The pages of a list.
    pub(crate) fn pages(&self, core: &Core, settings: &CallSettings) -> Pages {
        let request = self.build(core).map(|request: Request| {
            let request = request.with_options(settings.call_options());
            request.raw_page(list_path(self.loaded), &self.loaded.description.pages.info)
        });
        Pages { next: Some(request), cursor: None }
    }
}

impl Pages {
    /// The items of the next page; `None` after the last one.
    pub(crate) async fn next(&mut self) -> Option<Result<Vec<JsonValue>, CliError>> {
        let request = match self.next.take()? {
            Ok(request) => request,
            Err(error) => return Some(Err(error)),
        };
        match request.send().await {
            Ok(page) => {
                self.cursor = page.next_cursor;
                self.next = page.next.map_err(CliError::from).transpose();
                let items = page.items.iter().map(|item| JsonValue::parse(item.get()));
                let items: Result<Vec<JsonValue>, _> = items.collect();
                let unreadable =
                    |error| CliError::new(Exit::Api, format!("cannot read the response: {error:?}"));
                Some(items.map_err(unreadable))
            }
            Err(error) => Some(Err(error.into())),
        }
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
