//! `api`: a request to any path of the API, for what the description does not know.

use clap::{Arg, ArgAction, ArgMatches, Command};
use openapi_client_description::{JsonValue, Risk};
use openapi_client_runtime::{
    __private::{Core, Method, is_sensitive_name},
    CallOptions, CustomRequest,
};
use percent_encoding::percent_decode_str;

use super::{
    confirmation::{check_terminal, confirm_preview, describe_risk},
    interruption::{explain_error, run_interruptible},
    request::{note_key, note_reply, note_secrets, print_preview, print_reply},
};
use crate::{
    arguments::{Inputs, parse_path, set_at},
    call::{Connector, Reply},
    catalog::{OperationSummary, find_nearest},
    error::CliError,
    output::Printer,
    program::App,
    secrets::{MASK, SecretFilter},
    session::Session,
    text::decode_form_text,
};

const METHODS: [&str; 9] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "QUERY"];

/// The command.
pub(crate) fn build_command(app: &'static App) -> Command {
    let name = app.settings.name;
    let repeated = |name: &'static str, short: Option<char>, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).short(short).value_name(value).help(help).action(ArgAction::Append)
    };
    Command::new("api")
        .about("Sends a request to any path of the API")
        .arg(Arg::new("method").required(true).value_name("METHOD").help("The method, such as GET or POST"))
        .arg(
            Arg::new("path")
                .required(true)
                .value_name("PATH")
                .help("The path, such as /things/1?expand=owner"),
        )
        .arg(repeated(
            "raw-field",
            Some('f'),
            "KEY=TEXT",
            "A text in the JSON body, or in the query of a GET; `a.b[0]=text` is within objects and lists",
        ))
        .arg(repeated(
            "field",
            Some('F'),
            "KEY=JSON",
            "The same with a value that is JSON, or @FILE with JSON",
        ))
        .arg(repeated("query", None, "KEY=TEXT", "A parameter of the query"))
        .arg(repeated("header", Some('H'), "NAME: VALUE", "A header"))
        .arg(
            Arg::new("input")
                .long("input")
                .value_name("FILE")
                .help("The body from a file, or `-` for standard input"),
        )
        .arg(
            Arg::new("content-type")
                .long("content-type")
                .value_name("TYPE")
                .help("The media type of --input; the default is application/json"),
        )
        .after_help(format!("Example:\n  {name} api GET /things --query first=10"))
}

/// A request that was typed.
#[derive(Clone)]
struct Typed {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: TypedBody,
}

#[derive(Clone)]
enum TypedBody {
    None,
    Json(JsonValue),
    Raw { media_type: String, bytes: openapi_client_runtime::Bytes },
}

/// Runs the command.
pub(crate) async fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    let result = send_request(session, matches).await;
    result.map_err(|error| explain_error(session, error))
}

async fn send_request(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    let typed = read_request(session, matches)?;
    let mut printer = Printer::new(&session.globals.output, session.app.settings, session.io)?;
    let takes_key = {
        let rules = &session.app.service.idempotency;
        rules.header.is_some() && rules.methods.contains(&typed.method)
    };
    let given = session.globals.idempotency_key.clone();
    let is_generated = given.is_none();
    let key = given.or_else(|| takes_key.then(|| uuid::Uuid::new_v4().to_string()));
    let options = || key.iter().fold(CallOptions::new(), |options, key| options.idempotency_key(key.clone()));
    let danger = find_danger(session, &typed).filter(|_| !session.globals.yes);
    if session.globals.dry_run || session.globals.curl || danger.is_some() {
        if let Some(danger) = danger.filter(|_| !session.globals.dry_run && !session.globals.curl) {
            check_terminal(session, "api", danger)?;
        }
        let connection = session.connection_without_credentials()?;
        let (core, capture) = Connector { app: session.app, connection }.capture()?;
        let (shown, removed) = mask_secrets(session, &typed)?;
        shown.build(&core).with_options(options()).send_bytes().await?;
        let preview = capture.finish()?;
        match danger.filter(|_| !session.globals.dry_run && !session.globals.curl) {
            Some(danger) => confirm_preview(session, &preview, danger)?,
            None => {
                note_secrets(session, &removed);
                return print_preview(session, &mut printer, &preview);
            }
        }
    }
    let core = session.core()?;
    if let Some(key) = key.as_deref().filter(|_| is_generated) {
        note_key(session.io, key);
    }
    let request = typed.build(&core).with_options(options()).send_bytes();
    let response = run_interruptible(&session.io.interrupt, key.as_deref(), request).await?;
    let reply = Reply::read(response, false);
    note_reply(session, &reply);
    print_reply(session, &mut printer, reply)
}

/// The request as it is shown, and the paths of the secrets that were taken out.
fn mask_secrets(session: &Session<'_>, typed: &Typed) -> Result<(Typed, Vec<String>), CliError> {
    let filter = SecretFilter::for_display(session.app.service.log.secrets);
    let loaded = find_operation(session, typed).map(|known| session.catalog.load(known)).transpose()?;
    let mut shown = typed.clone();
    let mut removed = Vec::new();
    for (name, value) in shown.query.iter_mut().chain(&mut shown.headers) {
        if filter.is_secret_name(name) || is_sensitive_name(name) {
            MASK.clone_into(value);
            removed.push(name.clone());
        }
    }
    if let TypedBody::Raw { media_type, bytes } = &mut shown.body
        && let Some((masked, names)) = filter.mask_raw_body(loaded, Some(media_type), bytes)
    {
        *bytes = masked.into();
        removed.extend(names);
    }
    let body = match &typed.body {
        TypedBody::None => None,
        TypedBody::Json(value) => Some(value.clone()),
        TypedBody::Raw { bytes, .. } => {
            std::str::from_utf8(bytes).ok().and_then(|text| JsonValue::parse(text).ok())
        }
    };
    let cleaned = body.map(|body| filter.split_body(loaded, body));
    if let Some((value, paths)) = cleaned.filter(|(_, paths)| !paths.is_empty()) {
        removed.extend(paths);
        match &mut shown.body {
            TypedBody::Raw { bytes, .. } => *bytes = value.to_string().into_bytes().into(),
            body => *body = TypedBody::Json(value),
        }
    }
    Ok((shown, removed))
}

/// What the request can do: what the description says of its operation, and otherwise what its method says.
fn find_danger(session: &Session<'_>, typed: &Typed) -> Option<&'static str> {
    let is_safe = ["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"].contains(&typed.method.as_str());
    match find_operation(session, typed) {
        Some(operation) => describe_risk(operation.risk),
        None if is_safe => describe_risk(Some(Risk::Read)),
        None => describe_risk(None),
    }
}

/// The operation of the description with this method and path.
fn find_operation(session: &Session<'_>, typed: &Typed) -> Option<&'static OperationSummary> {
    let matches_template = |template: &str| {
        let template = template.split('?').next().unwrap_or_default();
        let (known, own) = (template.split('/'), typed.path.split('/'));
        known.clone().count() == own.clone().count()
            // A server takes `%5F` for `_`.
            && known.zip(own).all(|(known, own)| known.contains('{') || known == decode_percent(own))
    };
    let mut operations = session.catalog.operations().iter();
    operations.find(|other| other.method == typed.method.as_str() && matches_template(&other.path))
}

fn read_request(session: &mut Session<'_>, matches: &ArgMatches) -> Result<Typed, CliError> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let all = |name: &str| {
        matches.get_many::<String>(name).into_iter().flatten().map(String::as_str).collect::<Vec<_>>()
    };
    let method = read_method(text("method").unwrap_or_default())?;
    let (path, query) =
        text("path").unwrap_or_default().split_once('?').unwrap_or((text("path").unwrap_or_default(), ""));
    let mut query: Vec<(String, String)> =
        query.split('&').filter(|pair| !pair.is_empty()).map(decode_pair).collect();
    for pair in all("query") {
        query.push(split_pair("--query", pair)?);
    }
    let mut headers = Vec::new();
    for header in all("header") {
        let (name, value) = header.split_once(':').ok_or_else(|| {
            // What was given may be a secret.
            CliError::usage("`--header`: expected `NAME: VALUE`, found no colon")
        })?;
        headers.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    let mut inputs = Inputs::new(session.io);
    let mut body = match text("input") {
        None => TypedBody::None,
        Some(file) => {
            let media_type = text("content-type").unwrap_or("application/json").to_owned();
            TypedBody::Raw { media_type, bytes: inputs.read(file.strip_prefix('@').unwrap_or(file))?.content }
        }
    };
    let fields = read_fields(matches, &mut inputs)?;
    let goes_to_query = ["GET", "HEAD"].contains(&method.as_str());
    match (fields, &body) {
        (None, _) => {}
        (Some(JsonValue::Object(fields)), _) if goes_to_query => {
            query.extend(fields.into_iter().map(|(name, value)| (name, value.to_text())));
        }
        (Some(fields), TypedBody::None) => body = TypedBody::Json(fields),
        (Some(_), _) => return Err(CliError::usage("choose `--input` or fields for the body")),
    }
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    Ok(Typed { method, path, query, headers, body })
}

fn read_method(typed: &str) -> Result<Method, CliError> {
    let upper = typed.to_uppercase();
    match METHODS.iter().find(|method| **method == upper) {
        Some(method) => Ok(Method::try_from(*method)?),
        None => {
            let error = CliError::usage(format!("`{typed}` is no method of HTTP"));
            Err(
                match find_nearest(
                    &upper.to_lowercase(),
                    ["get", "post", "put", "patch", "delete"].into_iter(),
                ) {
                    Some(nearest) => error.hint(format!("did you mean {}?", nearest.to_uppercase())),
                    None => error.hint("the method comes first: `api GET /path`"),
                },
            )
        }
    }
}

/// The fields of `-f` and `-F` in the order in which they were typed.
fn read_fields(matches: &ArgMatches, inputs: &mut Inputs<'_>) -> Result<Option<JsonValue>, CliError> {
    let mut given: Vec<(usize, &str, bool)> = Vec::new();
    for (name, is_json) in [("raw-field", false), ("field", true)] {
        let found = matches.get_many::<String>(name).zip(matches.indices_of(name));
        given.extend(found.into_iter().flat_map(|(texts, indices)| {
            texts.zip(indices).map(move |(text, index)| (index, text.as_str(), is_json))
        }));
    }
    given.sort_unstable();
    let mut root = JsonValue::empty_object();
    for (_, text, is_json) in &given {
        let (path, text) = split_pair("--field", text)?;
        let steps = parse_path(&path).map_err(|why| CliError::usage(format!("`--field`: {why}")))?;
        let value = match JsonValue::parse(&text) {
            _ if !is_json => JsonValue::string(text),
            Ok(value) => value,
            Err(_) if text.starts_with(['@', '{', '[']) || text == "-" => {
                inputs.read_json("--field", &text)?
            }
            Err(_) => JsonValue::string(text),
        };
        set_at(&mut root, &steps, value)
            .map_err(|why| CliError::usage(format!("`--field {path}`: {why}")))?;
    }
    Ok((!given.is_empty()).then_some(root))
}

fn split_pair(flag: &str, pair: &str) -> Result<(String, String), CliError> {
    let (key, value) = pair
        .split_once('=')
        .ok_or_else(|| CliError::usage(format!("`{flag}`: expected KEY=VALUE, found no `=`")))?;
    Ok((key.to_owned(), value.to_owned()))
}

/// A pair of the query in a path, which is percent-encoded.
fn decode_pair(pair: &str) -> (String, String) {
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    (decode_form_text(key), decode_form_text(value))
}

fn decode_percent(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl Typed {
    fn build(&self, core: &Core) -> CustomRequest {
        let mut request = CustomRequest::new(core, self.method, self.path.clone());
        for (name, value) in &self.query {
            request = request.query(name.clone(), value);
        }
        for (name, value) in &self.headers {
            request = request.header(name.clone(), value.clone());
        }
        match &self.body {
            TypedBody::None => request,
            TypedBody::Json(value) => request.json(value),
            TypedBody::Raw { media_type, bytes } => request.body(media_type.clone(), bytes.clone()),
        }
    }
}
