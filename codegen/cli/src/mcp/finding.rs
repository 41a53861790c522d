//! `search_operations` and `describe_operation`.

use openapi_client_description::{JsonValue, guide::name_risk};

use super::{
    access::{Level, describe_effect, name_command},
    example::make_example,
    failure::Failure,
    fitting::measure,
    record::Record,
    schema::make_schema,
    search::SearchIndex,
    state::State,
    texts::clean_text,
    tool_arguments::ToolArguments,
    tools::property,
};
use crate::{catalog::OperationSummary, text::clean_line};

/// How many operations a search returns unless it says otherwise, and at most.
const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 50;

impl State {
    pub(super) fn search_operations(
        &self,
        arguments: &ToolArguments,
        record: &Record,
    ) -> Result<JsonValue, Failure> {
        let query = arguments.text("query")?.unwrap_or_default();
        record.set("query", JsonValue::String(clean_text(&self.filter.clean_text(query), 500)));
        let limit = arguments.count("limit")?.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
        let start = match arguments.text("cursor")? {
            None => 0,
            Some(cursor) => cursor.parse().map_err(|_| Failure::new("`cursor`: it is none of a search"))?,
        };
        let found = self.index()?.search(query);
        let room = self.max_result_bytes.saturating_sub(200);
        let (mut operations, mut bytes) = (Vec::new(), 0);
        for summary in found.iter().skip(start).take(limit) {
            let operation = self.summarize(summary);
            bytes += measure(&operation) + 1;
            if bytes > room && !operations.is_empty() {
                break;
            }
            operations.push(operation);
        }
        let end = start.saturating_add(operations.len());
        let mut result = vec![
            property("total", JsonValue::number(found.len())),
            property("operations", JsonValue::List(operations)),
        ];
        if end < found.len() {
            result.push(property("next_cursor", JsonValue::String(end.to_string())));
        }
        Ok(JsonValue::Object(result))
    }

    fn index(&self) -> Result<&SearchIndex, Failure> {
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        let (_, docs) = self.catalog.load_all().map_err(|error| Failure::new(error.message))?;
        Ok(self.index.get_or_init(|| SearchIndex::new(self.access.operations(), docs)))
    }

    fn summarize(&self, summary: &OperationSummary) -> JsonValue {
        let mut shown = vec![
            property("operation", JsonValue::string(&summary.id)),
            property("command", JsonValue::String(name_command(summary))),
            property("request", JsonValue::String(format!("{} {}", summary.method, summary.path))),
        ];
        let text = summary.summary.as_deref().map(|text| clean_line(text, 200));
        shown.extend(text.map(|text| property("summary", JsonValue::String(text))));
        shown.push(property("risk", JsonValue::string(name_risk(summary.risk))));
        shown.push(property("callable", JsonValue::Bool(self.access.permits(summary))));
        if summary.deprecated {
            shown.push(property("deprecated", JsonValue::Bool(true)));
        }
        JsonValue::Object(shown)
    }

    pub(super) fn describe_operation(
        &self,
        arguments: &ToolArguments,
        record: &Record,
    ) -> Result<JsonValue, Failure> {
        let name = arguments.required_text("operation")?;
        record.set("operation", JsonValue::String(clean_text(name, 100)));
        let summary = self.access.require(name).map_err(Failure::new)?;
        if let Some(cursor) = arguments.text("cursor")? {
            return self.continue_part(&summary.id, cursor);
        }
        let loaded = self.catalog.load(summary).map_err(|error| Failure::new(error.message))?;
        let JsonValue::Object(mut shown) = self.summarize(summary) else {
            return Err(Failure::new("the operation cannot be described"));
        };
        if let Some(text) = &loaded.docs.description {
            shown.push(property("description", JsonValue::String(clean_text(text, 4000))));
        }
        shown.push(property("does", JsonValue::string(describe_effect(summary.risk))));
        let how = match (self.access.permits(summary), Level::of_risk(summary.risk)) {
            (false, level) => {
                format!("This server may not call it: it was not started with `--allow {}`.", level.name())
            }
            (true, Level::Dangerous) => "It takes two steps: a preview, and its confirmation.".to_owned(),
            (true, _) => "It is called in one step.".to_owned(),
        };
        shown.push(property("how_to_call", JsonValue::String(how)));
        if summary.paginated {
            let text = "It returns one page; `next_page.cursor` of the result returns the next one.";
            shown.push(property("pages", JsonValue::string(text)));
        }
        if !loaded.docs.security.is_empty() {
            let needs = loaded.docs.security.iter().map(|text| JsonValue::String(clean_text(text, 300)));
            shown.push(property("credentials", JsonValue::List(needs.collect())));
        }
        shown.push(property("example_arguments", make_example(loaded)));
        shown.push(property("arguments_schema", make_schema(loaded)));
        let start = vec![property("operation", JsonValue::string(&summary.id))];
        Ok(self.fit_result(&summary.id, "", start, JsonValue::Object(shown), Vec::new()))
    }
}
