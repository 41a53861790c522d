//! Finds the operations of an upload, and checks the properties that it uses.

use super::search::{FieldSet, Search, is_text, shape_of};
use crate::config::UploadConfig;
use crate::ir::{Field, Operation, ParameterLocation, Shape, TypeRef};

/// The indices of the operations that create and retrieve the file's record.
pub(super) fn find_operations(search: &mut Search<'_>, config: &UploadConfig) -> Option<(usize, usize)> {
    let create = search.find_operation("create", &config.create);
    let retrieve = search.find_operation("retrieve", &config.retrieve);
    let ((create_index, create), (retrieve_index, retrieve)) = (create?, retrieve?);
    if create.tag != retrieve.tag {
        let message = format!(
            "`{}` and `{}` have different tags, and so belong to different features",
            create.id, retrieve.id
        );
        search.reject(&message, &retrieve.id);
        return None;
    }
    let checks = [
        check_request(search, config, create).is_some(),
        check_response(search, config, create).is_some(),
        check_retrieval(search, config, retrieve).is_some(),
    ];
    checks.iter().all(|ok| *ok).then_some((create_index, retrieve_index))
}

/// Checks that the name of the file is all that a request must set.
fn check_request<'a>(search: &mut Search<'a>, config: &UploadConfig, create: &'a Operation) -> Option<()> {
    let request = search.find_request(create)?;
    search.find_property(request, ("filename", &config.filename), "a string", is_text)?;
    let is_required = |field: &&Field| {
        field.required && !field.read_only && field.constant.is_none() && field.name != config.filename
    };
    if let Some(other) = request.fields.iter().find(is_required) {
        let message = format!(
            "`{}` requires the property `{}` besides the file's name, which an upload cannot set",
            create.id, other.name
        );
        search.reject(&message, &create.id);
        return None;
    }
    search.check_parameters(create, None).then_some(())
}

/// Checks the response that names the storage.
fn check_response<'a>(search: &mut Search<'a>, config: &UploadConfig, create: &'a Operation) -> Option<()> {
    let response = search.find_response(create)?;
    let is_object = |ty: &TypeRef| {
        matches!(ty, TypeRef::JsonObject | TypeRef::SecretObject | TypeRef::Map(_) | TypeRef::Json)
    };
    let mut has_headers = |name: &String| {
        search.find_property(response, ("headers", name), "an object with string values", is_object).is_some()
    };
    let headers = config.headers.as_ref().is_none_or(&mut has_headers);
    let checks = [
        headers,
        search.find_property(response, ("id", &config.id), "a string", is_text).is_some(),
        search.find_property(response, ("url", &config.url), "a string", is_text).is_some(),
        check_status(search, config, response).is_some(),
        check_stored(search, config, response).is_some(),
    ];
    checks.iter().all(|ok| *ok).then_some(())
}

/// Checks the operation that retrieves the status of the upload: the id is all that a request must set.
fn check_retrieval<'a>(
    search: &mut Search<'a>,
    config: &UploadConfig,
    retrieve: &'a Operation,
) -> Option<()> {
    let response = search.find_response(retrieve)?;
    check_status(search, config, response)?;
    check_stored(search, config, response)?;
    let ids =
        retrieve.parameters.iter().filter(|parameter| parameter.location == ParameterLocation::Path).count();
    if ids != 1 || retrieve.body.is_some() || retrieve.page.is_some() {
        let message =
            format!("`{}` does not retrieve a single record by the only parameter of its path", retrieve.id);
        search.reject(&message, &retrieve.id);
        return None;
    }
    search.check_parameters(retrieve, Some(ParameterLocation::Path)).then_some(())
}

/// Checks the properties that describe the stored bytes.
fn check_stored<'a>(search: &mut Search<'a>, config: &UploadConfig, response: FieldSet<'a>) -> Option<()> {
    let is_size = |ty: &TypeRef| is_text(ty) || matches!(ty, TypeRef::Integer | TypeRef::Unsigned);
    let size = config.size.as_ref();
    let location = config.location.as_ref();
    let checks = [
        size.is_none_or(|name| {
            search.find_property(response, ("size", name), "a number or a string", is_size).is_some()
        }),
        location.is_none_or(|name| {
            search.find_property(response, ("location", name), "a string", is_text).is_some()
        }),
    ];
    checks.iter().all(|ok| *ok).then_some(())
}

/// Checks the property with the status of the upload, whose values must include the configured ones.
fn check_status<'a>(search: &mut Search<'a>, config: &UploadConfig, response: FieldSet<'a>) -> Option<()> {
    let FieldSet { operation, fields, .. } = response;
    let name = &config.status;
    let field = fields.iter().find(|field| field.name == *name);
    let ty = field.map(|field| field.ty.split_null().0);
    let message = match ty.map(|ty| (ty, shape_of(search.api, ty))) {
        None => {
            let message = format!("the response of `{}` has no property `{name}`", operation.id);
            search.report_dead("status", message);
            return None;
        }
        Some((ty, _)) if is_text(ty) => return Some(()),
        Some((_, Some(Shape::OpenEnum(set)))) => {
            let configured = [Some(&config.ready), Some(&config.failed), config.pending.as_ref()];
            let is_unknown = |value: &&String| set.values.iter().all(|known| known.value != **value);
            let value = configured.into_iter().flatten().find(is_unknown);
            let Some(value) = value else { return Some(()) };
            format!("the property `{name}` in the response of `{}` is never `{value}`", operation.id)
        }
        Some(_) => format!("the property `{name}` in the response of `{}` is not a string", operation.id),
    };
    search.reject(&message, &operation.id);
    None
}
