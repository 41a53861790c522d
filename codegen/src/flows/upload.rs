//! Uploads, found in the model.

use super::{Search, Upload, is_text, shape};
use crate::config::Upload as Config;
use crate::ir::{Field, Location, Operation, Shape, TypeRef};

pub(super) fn find(search: &mut Search<'_>, index: usize, config: &Config) -> Option<Upload> {
    let create = search.operation(&config.create);
    let retrieve = search.operation(&config.retrieve);
    let ((create_at, create), (retrieve_at, retrieve)) = (create?, retrieve?);
    if create.tag != retrieve.tag {
        let message =
            format!("`{}` and `{}` have different tags, and so different features", create.id, retrieve.id);
        search.error(&message, &retrieve.id);
        return None;
    }
    let fits = [
        request(search, config, create).is_some(),
        answer(search, config, create).is_some(),
        look(search, config, retrieve).is_some(),
    ];
    fits.iter().all(|fits| *fits).then_some(Upload {
        config: index,
        create: create_at,
        retrieve: retrieve_at,
    })
}

/// The request that makes the record: the file's name is all that has to be set.
fn request<'a>(search: &mut Search<'a>, config: &Config, create: &'a Operation) -> Option<()> {
    let fields = search.request(create)?;
    search.member(fields, &config.filename, (create, "request"), ("text", is_text))?;
    let needed = |field: &&Field| {
        field.required && !field.read_only && field.constant.is_none() && field.name != config.filename
    };
    if let Some(other) = fields.iter().find(needed) {
        let message = format!(
            "`{}` needs the member `{}` besides the file's name, which an upload cannot give",
            create.id, other.name
        );
        search.error(&message, &create.id);
        return None;
    }
    search.needs_nothing_else(create, None).then_some(())
}

/// The answer that names the storage.
fn answer<'a>(search: &mut Search<'a>, config: &Config, create: &'a Operation) -> Option<()> {
    let fields = search.answer(create)?;
    let place = (create, "answer");
    let object = |ty: &TypeRef| matches!(ty, TypeRef::JsonObject | TypeRef::Map(_) | TypeRef::Json);
    let headers = config.headers.as_ref();
    let found = [
        search.member(fields, &config.id, place, ("text", is_text)).is_some(),
        search.member(fields, &config.url, place, ("text", is_text)).is_some(),
        headers.is_none_or(|name| search.member(fields, name, place, ("object of texts", object)).is_some()),
        status(search, config, create, fields).is_some(),
        stored(search, config, create, fields).is_some(),
    ];
    found.iter().all(|found| *found).then_some(())
}

/// The call that tells how far the upload is: the id is all that has to be set.
fn look<'a>(search: &mut Search<'a>, config: &Config, retrieve: &'a Operation) -> Option<()> {
    let fields = search.answer(retrieve)?;
    status(search, config, retrieve, fields)?;
    stored(search, config, retrieve, fields)?;
    let ids = retrieve.parameters.iter().filter(|parameter| parameter.location == Location::Path).count();
    if ids != 1 || retrieve.body.is_some() || retrieve.page.is_some() {
        let message =
            format!("`{}` does not give one thing by its id, the only parameter of its path", retrieve.id);
        search.error(&message, &retrieve.id);
        return None;
    }
    search.needs_nothing_else(retrieve, Some(Location::Path)).then_some(())
}

/// The members that tell of the bytes, once the storage has them.
fn stored<'a>(
    search: &mut Search<'a>,
    config: &Config,
    operation: &'a Operation,
    fields: &'a [Field],
) -> Option<()> {
    let place = (operation, "answer");
    let number = |ty: &TypeRef| is_text(ty) || *ty == TypeRef::Integer;
    let size = config.size.as_ref();
    let location = config.location.as_ref();
    let found = [
        size.is_none_or(|name| search.member(fields, name, place, ("number or text", number)).is_some()),
        location.is_none_or(|name| search.member(fields, name, place, ("text", is_text)).is_some()),
    ];
    found.iter().all(|found| *found).then_some(())
}

/// The member that says how far the upload is, with the values that matter among its own.
fn status(search: &mut Search<'_>, config: &Config, operation: &Operation, fields: &[Field]) -> Option<()> {
    let found = fields.iter().find(|field| field.name == config.status);
    let api = search.api;
    let message = match found.map(|field| field.ty.split_null().0) {
        None => format!("the answer of `{}` has no member `{}`", operation.id, config.status),
        Some(ty) if is_text(ty) => return Some(()),
        Some(ty) => match shape(api, ty) {
            Some(Shape::StringEnum(set)) => {
                let known = |value: &&String| set.values.iter().any(|own| own.value == **value);
                let named = [Some(&config.ready), Some(&config.failed), config.pending.as_ref()];
                let value = named.into_iter().flatten().find(|value| !known(value));
                let Some(value) = value else { return Some(()) };
                format!(
                    "the member `{}` in the answer of `{}` is never `{value}`",
                    config.status, operation.id
                )
            }
            _ => format!("the member `{}` in the answer of `{}` is no text", config.status, operation.id),
        },
    };
    search.error(&message, &operation.id);
    None
}
