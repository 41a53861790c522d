//! Emits an upload: two methods of the handle, the builder, and the flow as constant data for the runtime.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::arguments::setter_argument;
use super::docs::code_span;
use super::setters::{body_setters, parameter_value};
use super::types::{ident, value_type};
use super::{Context, NamedOperation, NamedVariant};
use crate::analyze::Setter;
use crate::ir::Success;
use crate::names::OperationNames;

/// The methods and the items of the upload of a tag, if it has one.
pub(super) fn emit_upload(cx: &Context<'_>, tag: usize) -> Option<(TokenStream, TokenStream)> {
    cx.flows.uploads.iter().find_map(|upload| {
        let (create, retrieve) = (cx.operation(upload.create)?, cx.operation(upload.retrieve)?);
        if create.operation.tag != tag {
            return None;
        }
        let config = cx.config.uploads.get(upload.config)?;
        let output = match &retrieve.operation.success {
            Success::Json(ty) => value_type(cx, ty),
            _ => return None,
        };
        let flow = emit_flow(config, create.names, retrieve)?;
        let builder = emit_builder(cx, config, create, &output);
        Some((emit_methods(cx, retrieve, &output)?, quote!(#flow #builder)))
    })
}

fn emit_methods(cx: &Context<'_>, retrieve: NamedOperation<'_>, output: &TokenStream) -> Option<TokenStream> {
    let (parameter, name, _) = retrieve.parameters().find(|(.., setter)| *setter == Setter::Argument)?;
    let name = ident(name);
    let argument = setter_argument(cx, &parameter.field.ty, &name);
    let (ty, value) = (argument.ty, parameter_value(cx, parameter, argument.value));
    let upload = cx.docs.add(&[
        "Uploads a file: creates its record, sends the content to the storage URL of the response, and waits until the \
         file is ready."
            .to_owned(),
        "The content is bytes, the path of a file, or a stream of known length: see \
         [`Content`](crate::upload::Content)."
            .to_owned(),
    ]);
    let wait = cx.docs.add(&[
        "Waits until an uploaded file is ready. Use it to resume an upload with the id of an \
         [`UploadError`](crate::upload::UploadError)."
            .to_owned(),
    ]);
    Some(quote! {
        #upload
        #[inline]
        pub fn upload(&self, filename: impl rt::IntoText, content: impl Into<crate::upload::Content>) -> Upload {
            Upload(rt::UploadBuilder::new(&self.core, &UPLOAD, filename.into(), content.into()))
        }

        #wait
        #[inline]
        pub fn wait_until_ready(&self, #name: #ty) -> crate::upload::WaitUntilReady<#output> {
            rt::WaitUntilReady::new(&self.core, &UPLOAD, #value)
        }
    })
}

/// The flow as constant data.
fn emit_flow(
    config: &crate::config::UploadConfig,
    create: &OperationNames,
    retrieve: NamedOperation<'_>,
) -> Option<TokenStream> {
    let (parameter, ..) = retrieve.parameters().find(|(.., setter)| *setter == Setter::Argument)?;
    let parameter = &parameter.field.name;
    let (create, retrieve) = (ident(&create.constant), ident(&retrieve.names.constant));
    let crate::config::UploadConfig { filename, id, status, url, ready, failed, .. } = config;
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

/// The builder, with a setter for each field of the request except the file name.
fn emit_builder(
    cx: &Context<'_>,
    config: &crate::config::UploadConfig,
    create: NamedOperation<'_>,
    output: &TokenStream,
) -> TokenStream {
    let setters = body_setters(cx, create, create.variants().next());
    let fields = create.variants().flat_map(NamedVariant::fields);
    let filename: Vec<_> =
        fields.filter(|(field, ..)| field.name == config.filename).map(|(_, name, _)| ident(name)).collect();
    let setters = setters.into_iter().filter(|(_, setter)| !filename.contains(&setter.name));
    let setters: Vec<TokenStream> = setters.map(|(_, setter)| setter.untracked()).collect();
    let setters = (!setters.is_empty()).then(|| quote!(impl Upload { #(#setters)* }));
    let about = cx.docs.add(&[
        format!("An upload with {}.", code_span(&create.operation.id)),
        example_code(cx, create.operation.tag),
    ]);
    quote! {
        #about
        #[must_use = "an upload does nothing until it is sent"]
        pub struct Upload(rt::UploadBuilder);

        #setters

        rt::upload!(Upload => #output);
    }
}

fn example_code(cx: &Context<'_>, tag: usize) -> String {
    let package = &cx.names.library;
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
