//! Uploads: two methods of the tag's handle, the builder, and the flow as constant data. The rest is the runtime's.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Context;
use super::docs::{code, doc};
use super::operation::{as_parameter, body_setters};
use super::types::{argument, ident, owned};
use crate::ir::{Location, Operation, Success};
use crate::names::OperationNames;

/// The methods and the items of a tag's upload, if it has one.
pub(super) fn of(cx: &Context<'_>, tag: usize) -> Option<(TokenStream, TokenStream)> {
    let calls = |place: usize| cx.api.operations.get(place).zip(cx.names.operations.get(place));
    cx.flows.uploads.iter().find_map(|upload| {
        let ((create, create_names), retrieve) = (calls(upload.create)?, calls(upload.retrieve)?);
        if create.tag != tag {
            return None;
        }
        let config = cx.config.uploads.get(upload.config)?;
        let output = match &retrieve.0.success {
            Success::Json(ty) => owned(cx, ty),
            _ => return None,
        };
        let flow = flow(config, create_names, retrieve)?;
        let builder = builder(cx, config, (create, create_names), &output);
        Some((methods(cx, retrieve, &output)?, quote!(#flow #builder)))
    })
}

fn methods(
    cx: &Context<'_>,
    (retrieve, names): (&Operation, &OperationNames),
    output: &TokenStream,
) -> Option<TokenStream> {
    let mut path = retrieve.parameters.iter().zip(&names.parameters);
    let (parameter, name) = path.find(|(parameter, _)| parameter.location == Location::Path)?;
    let name = ident(name);
    let argument = argument(cx, &parameter.field.ty, &name);
    let (ty, value) = (argument.ty, as_parameter(cx, parameter, argument.value));
    let upload = doc(&[
        "Uploads a file: makes its record, sends the bytes to the storage that the answer names, and waits until the \
         file is ready."
            .to_owned(),
        "`content` is bytes, the path of a file, or a stream of known length: see \
         [`Content`](crate::upload::Content)."
            .to_owned(),
    ]);
    let wait =
        doc(&["Waits until a file is ready whose bytes are stored: takes up an upload again of which \
         [`UploadError`](crate::upload::UploadError) gave the id."
            .to_owned()]);
    Some(quote! {
        #upload
        #[inline]
        pub fn upload(&self, filename: impl Into<String>, content: impl Into<rt::Content>) -> Upload {
            Upload(rt::Uploading::new(&self.core, &UPLOAD, filename.into(), content.into()))
        }

        #wait
        #[inline]
        pub fn wait_until_ready(&self, #name: #ty) -> rt::Waiting<#output> {
            rt::Waiting::new(&self.core, &UPLOAD, #value)
        }
    })
}

/// The flow as constant data.
fn flow(
    config: &crate::config::Upload,
    create: &OperationNames,
    (retrieve, retrieve_names): (&Operation, &OperationNames),
) -> Option<TokenStream> {
    let parameter = retrieve.parameters.iter().find(|parameter| parameter.location == Location::Path)?;
    let parameter = &parameter.field.name;
    let (create, retrieve) = (ident(&create.constant), ident(&retrieve_names.constant));
    let crate::config::Upload { filename, id, status, url, ready, failed, .. } = config;
    let headers = match &config.headers {
        Some(name) => quote!(Some(#name)),
        None => quote!(None),
    };
    let number = Literal::u64_unsuffixed;
    let (every, at_most) = (number(config.poll_every_ms), number(config.wait_at_most_ms));
    let timeout = number(config.put_timeout_ms);
    Some(quote! {
        static UPLOAD: rt::UploadFlow = rt::UploadFlow {
            create: &#create,
            retrieve: &#retrieve,
            parameter: #parameter,
            filename: #filename,
            id: #id,
            status: #status,
            url: #url,
            headers: #headers,
            ready: #ready,
            failed: #failed,
            poll_every_ms: #every,
            wait_at_most_ms: #at_most,
            put_timeout_ms: #timeout,
        };
    })
}

/// The builder: a setter for each member of the request but the file's name.
fn builder(
    cx: &Context<'_>,
    config: &crate::config::Upload,
    (create, names): (&Operation, &OperationNames),
    output: &TokenStream,
) -> TokenStream {
    let body = create.body.iter();
    let setters = body.flat_map(|body| body_setters(cx, body, names.variants.first().map(|form| (0, form))));
    let own = create.body.iter().flat_map(|body| &body.variants).zip(&names.variants);
    let filename = own.flat_map(|(variant, names)| variant.fields.iter().zip(&names.fields));
    let filename: Vec<_> =
        filename.filter(|(field, _)| field.name == config.filename).map(|(_, name)| ident(name)).collect();
    let setters: Vec<TokenStream> = setters
        .filter(|(_, setter)| !filename.contains(&setter.name))
        .map(|(_, setter)| setter.optional("Upload"))
        .collect();
    let setters = (!setters.is_empty()).then(|| quote!(impl Upload { #(#setters)* }));
    let about = doc(&[format!("An upload by {}.", code(&create.id)), example(cx, create.tag)]);
    quote! {
        #about
        #[must_use = "an upload does nothing until it is sent"]
        pub struct Upload(rt::Uploading);

        #setters

        rt::upload!(Upload => #output);
    }
}

fn example(cx: &Context<'_>, tag: usize) -> String {
    let package = cx.package.replace('-', "_");
    let module = cx.names.tags.get(tag).map_or("", |names| names.module.as_str());
    let lines = [
        "```no_run".to_owned(),
        format!("# async fn example(client: {package}::Client) -> Result<(), Box<dyn std::error::Error>> {{"),
        "let content = std::path::PathBuf::from(\"report.pdf\");".to_owned(),
        "let file = client".to_owned(),
        format!("    .{module}()"),
        "    .upload(\"report.pdf\", content)".to_owned(),
        "    .on_progress(|sent, total| println!(\"{sent} of {total} bytes\"))".to_owned(),
        "    .send()".to_owned(),
        "    .await?;".to_owned(),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
        "```".to_owned(),
    ];
    lines.join("\n")
}
