//! Collects the texts of an API for people, and the names under which they call it.

use std::collections::BTreeMap;

use openapi_client_description::{Docs, EventDocs, OperationDocs, TagDocs, TypeDocs};

use super::Context;
use crate::emit::{NamedOperation, summary::find_reference};
use crate::ir::{self, Shape, TypeDef, TypeId};

pub(super) fn docs(cx: &Context<'_>) -> Docs {
    let tags = cx.api.tags.iter().zip(&cx.names.tags).map(|(tag, names)| {
        let docs = TagDocs { module: names.module.clone(), description: tag.description.clone() };
        (tag.name.clone(), docs)
    });
    let types = cx.api.types.iter().enumerate().filter_map(|(index, def)| {
        let name = cx.names.ty(TypeId(index));
        let docs = type_docs(def);
        (!name.is_empty() && docs != TypeDocs::default()).then(|| (name.to_owned(), docs))
    });
    let ids = cx.api.ids.iter().map(|id| {
        let description = Some(id.description.clone()).filter(|text| !text.is_empty());
        (id.name.clone(), TypeDocs { description, members: BTreeMap::new() })
    });
    let events = cx.api.webhooks.iter().filter_map(|webhook| {
        let docs = EventDocs { summary: webhook.summary.clone(), description: webhook.description.clone() };
        (docs != EventDocs::default()).then(|| (webhook.name.clone(), docs))
    });
    Docs {
        title: cx.api.title.clone(),
        version: cx.api.version.clone(),
        description: cx.api.description.clone(),
        tags: tags.collect(),
        operations: cx.operations().map(|named| operation_docs(cx, named)).collect(),
        types: ids.chain(types).collect(),
        events: events.collect(),
    }
}

fn operation_docs(cx: &Context<'_>, named: NamedOperation<'_>) -> (String, OperationDocs) {
    let NamedOperation { operation, names, .. } = named;
    let parameters = operation.parameters.iter().zip(&names.request_members);
    let parameters = parameters
        .filter_map(|(parameter, names)| Some((names.key.clone(), parameter.field.description.clone()?)));
    let variants = operation.body.iter().flat_map(|body| &body.variants).map(|variant| TypeDocs {
        description: variant.description.clone(),
        members: field_docs(&variant.fields),
    });
    let variants: Vec<TypeDocs> = variants.collect();
    let has_texts = variants.iter().any(|variant| *variant != TypeDocs::default());
    let external = operation.external_docs.as_ref();
    let docs = OperationDocs {
        tag: cx.api.tags.get(operation.tag).map(|tag| tag.name.clone()).unwrap_or_default(),
        method: names.method.clone(),
        summary: operation.summary.clone(),
        description: operation.description.clone(),
        reference: external.map(|docs| docs.url.clone()).or_else(|| find_reference(cx, operation)),
        security: operation.security.iter().flatten().map(ToString::to_string).collect(),
        parameters: parameters.collect(),
        body: operation.body.as_ref().and_then(|body| body.description.clone()),
        variants: if has_texts { variants } else { Vec::new() },
    };
    (operation.id.clone(), docs)
}

fn type_docs(def: &TypeDef) -> TypeDocs {
    let members = match &def.shape {
        Shape::Object(object) => field_docs(&object.fields),
        Shape::OpenEnum(set) => {
            let values = set.values.iter();
            values.filter_map(|value| Some((value.value.clone(), value.description.clone()?))).collect()
        }
        Shape::Union(union) => {
            let variants = union.variants.iter();
            variants
                .filter_map(|variant| Some((variant.name.clone(), variant.description.clone()?)))
                .collect()
        }
        Shape::Alias(_) | Shape::Pending => BTreeMap::new(),
    };
    TypeDocs { description: def.description.clone(), members }
}

fn field_docs(fields: &[ir::Field]) -> BTreeMap<String, String> {
    fields.iter().filter_map(|field| Some((field.name.clone(), field.description.clone()?))).collect()
}
