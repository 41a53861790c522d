//! The server of the protocol: which tool is called, and the log of it.

use std::sync::Arc;

use openapi_client_description::JsonValue;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
        ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
    },
    service::RequestContext,
};
use serde_json::Value;

use super::{
    failure::Failure,
    record::Record,
    state::State,
    texts::format_result,
    tool_arguments::ToolArguments,
    tools::{CALL, CONFIRM, DESCRIBE, SEARCH, describe_server, list_arguments, list_tools},
};

/// The server. Clones share everything.
#[derive(Clone)]
pub(super) struct Server(pub(super) Arc<State>);

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let app = self.0.app;
        let title = self.0.catalog.title().to_owned();
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new(app.settings.name, app.service.version).with_title(title))
            .with_instructions(describe_server(&self.0))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(list_tools(&self.0)))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        list_tools(&self.0).into_iter().find(|tool| tool.name == name)
    }

    /// The SDK runs requests concurrently.
    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let name = request.name.as_ref();
        let state = &self.0;
        if list_arguments(name).is_empty() {
            return Err(ErrorData::invalid_params(
                format!("there is no tool `{}`", name.escape_debug()),
                None,
            ));
        }
        let record = Record::default();
        record.set("tool", JsonValue::string(name));
        if let Some(client) = context.client_info() {
            record.set("client", JsonValue::String(format!("{} {}", client.name, client.version)));
        }
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let outcome = tokio::select! {
            biased;
            () = context.ct.cancelled() => Err(Failure::cancelled()),
            outcome = state.run_tool(name, &arguments, &record) => outcome,
        };
        let word = outcome.as_ref().map_or_else(|failure| failure.kind.name(), |_| "ok");
        record.set("outcome", JsonValue::string(word));
        if let Err(failure) = &outcome {
            if let Some(status) = &failure.status {
                record.set("status", JsonValue::string(status));
            }
            record.set("error", JsonValue::string(failure.text()));
        }
        let logged = state.write_log(&record, "end");
        Ok(match outcome {
            Ok(value) => {
                let mut content = vec![ContentBlock::text(format_result(&value))];
                if let Err(error) = logged {
                    content
                        .push(ContentBlock::text(format!("The call is not in the log: {}", error.message)));
                }
                let mut result = CallToolResult::success(content);
                result.structured_content = Some(state.mark.write_value(&value));
                result.into()
            }
            Err(failure) => CallToolResult::error(vec![ContentBlock::text(failure.text().to_owned())]).into(),
        })
    }
}

impl State {
    async fn run_tool(&self, name: &str, arguments: &Value, record: &Record) -> Result<JsonValue, Failure> {
        let arguments = self.mark.read_value(arguments).map_err(Failure::new)?;
        let arguments = ToolArguments::new(arguments, list_arguments(name))?;
        match name {
            SEARCH => self.search_operations(&arguments, record),
            DESCRIBE => self.describe_operation(&arguments, record),
            CALL => self.call_operation(&arguments, record).await,
            CONFIRM => self.confirm_call(&arguments, record).await,
            _ => Err(Failure::new("there is no such tool")),
        }
    }
}
