//! Compiles an expression of `jq`, and executes it.

use jaq_core::{
    Compiler, Ctx, Filter, ValT as _, Vars,
    box_iter::box_once,
    load::{self, Arena, File, Loader},
    native,
};
use jaq_json::{Num, Val};
use openapi_client_description::JsonValue;

use super::stack::{Data, StackGuard};
use crate::{error::CliError, output::escape::escape_line};

/// The longest text of an error, in characters: it contains the value at which the expression failed.
pub(super) const MAX_ERROR: usize = 200;

/// The deepest nesting of a result. Whatever prints it recurses, on a stack of one megabyte on some systems.
pub(super) const MAX_RESULT_DEPTH: usize = 500;

/// The deepest nesting of a text that `fromjson` reads, that of `jq`.
const MAX_TEXT_DEPTH: usize = 10_000;

/// A compiled expression.
pub(super) struct JqProgram(Filter<Data>);

impl JqProgram {
    /// # Errors
    ///
    /// The expression is wrong; the message says where.
    pub(super) fn compile(expression: &str) -> Result<Self, CliError> {
        let own = load::parse("def fromjson: check_nesting | fromjson_native;", |parser| parser.defs());
        // Those of the libraries use it.
        let definitions = own.into_iter().flatten();
        let definitions = definitions.chain(jaq_core::defs()).chain(jaq_std::defs()).chain(jaq_json::defs());
        let arena = Arena::default();
        let file = File { code: expression, path: () };
        let modules = Loader::new(definitions).load(&arena, file).map_err(|errors| {
            let found =
                errors.into_iter().next().and_then(|(_, error)| describe_load_error(expression, error));
            wrong_expression(expression, found)
        })?;
        let filter = Compiler::default().with_funs(list_functions()).compile(modules).map_err(|errors| {
            let found = errors.into_iter().flat_map(|(_, errors)| errors).next();
            let found = found.map(|(name, kind)| {
                (offset_of(expression, name), format!("undefined {} `{name}`", kind.as_str()))
            });
            wrong_expression(expression, found)
        })?;
        Ok(Self(filter))
    }

    /// Passes each output for one input to `send` as soon as it is there, until that says that nobody takes it.
    ///
    /// # Errors
    ///
    /// The expression fails with this input, or a result is nested too deep.
    pub(super) fn apply(
        &self,
        input: &JsonValue,
        guard: StackGuard,
        mut send: impl FnMut(JsonValue) -> bool,
    ) -> Result<(), CliError> {
        let context = Ctx::<Data>::new(guard.watch(&self.0.lut), Vars::new([]));
        for output in self.0.id.run((context, to_jaq(input))) {
            match output.map_err(|exception| exception.get_err()) {
                Ok(output) => {
                    if !send(from_jaq(&output, 0).ok_or_else(refuse_depth)?) {
                        break;
                    }
                }
                Err(Ok(error)) => {
                    let text: String = error.to_string().chars().take(MAX_ERROR).collect();
                    return Err(CliError::usage(format!("--jq: {}", escape_line(&text))));
                }
                // `halt` ends the outputs, not the process.
                Err(Err(_)) => break,
            }
        }
        Ok(())
    }
}

fn refuse_depth() -> CliError {
    CliError::usage(format!("--jq: a result is nested more than {MAX_RESULT_DEPTH} levels deep"))
}

/// The functions of jq without those that read the environment or write to the terminal.
fn list_functions() -> impl Iterator<Item = native::Fun<Data>> {
    const REMOVED: [&str; 3] = ["env", "stderr_empty", "debug_empty"];
    let silent = ["stderr_empty", "debug_empty"]
        .map(|name| native::run::<Data>((name, native::v(0), |_| Box::new(std::iter::empty()))));
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let functions = functions.filter(|(name, ..)| !REMOVED.contains(name)).map(|(name, arity, function)| {
        let name = if name == "fromjson" { "fromjson_native" } else { name };
        (name, arity, function)
    });
    functions.chain(silent).chain([check_nesting()])
}

/// Refuses a text that is nested so deep that reading it, which recurses, could overflow the stack.
fn check_nesting() -> native::Fun<Data> {
    native::run::<Data>(("check_nesting", native::v(0), |(_, value)| {
        let depth = match &value {
            Val::TStr(text) | Val::BStr(text) => measure_nesting(text),
            _ => 0,
        };
        if depth > MAX_TEXT_DEPTH {
            let why = format!("the text is nested more than {MAX_TEXT_DEPTH} levels deep");
            return box_once(Err(jaq_core::Error::str(why).into()));
        }
        box_once(Ok(value))
    }))
}

/// The deepest nesting of a JSON text. Brackets within strings count too, which are hardly that many.
fn measure_nesting(text: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in text {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn describe_load_error(expression: &str, error: load::Error<&str>) -> Option<(usize, String)> {
    match error {
        load::Error::Io(errors) => errors
            .into_iter()
            .next()
            .map(|(path, _)| (offset_of(expression, path), "modules cannot be imported".to_owned())),
        load::Error::Lex(errors) => errors.into_iter().next().map(|(expected, found)| {
            (offset_of(expression, found), format!("expected {}", expected.as_str()))
        }),
        load::Error::Parse(errors) => errors.into_iter().next().map(|(expected, found)| {
            (offset_of(expression, found), format!("expected {}", expected.as_str()))
        }),
    }
}

/// Where `part`, a part of `expression`, begins in it; the end if it is none.
fn offset_of(expression: &str, part: &str) -> usize {
    let offset = (part.as_ptr() as usize).wrapping_sub(expression.as_ptr() as usize);
    if expression.is_char_boundary(offset) { offset } else { expression.len() }
}

fn wrong_expression(expression: &str, found: Option<(usize, String)>) -> CliError {
    let (offset, reason) = found.unwrap_or_else(|| (0, "the expression is invalid".to_owned()));
    let before = expression.get(..offset).unwrap_or(expression);
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let place = if expression.contains('\n') {
        format!("line {}, column {column}", line + 1)
    } else {
        format!("column {column}")
    };
    let rest = expression.get(offset..).unwrap_or_default().lines().next().unwrap_or_default();
    let found = match rest.chars().take(20).collect::<String>() {
        rest if rest.is_empty() => " at the end".to_owned(),
        rest => format!(" at `{}`", escape_line(&rest)),
    };
    CliError::usage(format!("--jq: {}{found} ({place})", escape_line(&reason)))
        .hint("The language is that of jq: https://jqlang.org/manual/")
}

fn to_jaq(value: &JsonValue) -> Val {
    match value {
        JsonValue::Null => Val::Null,
        JsonValue::Bool(value) => Val::Bool(*value),
        JsonValue::Number(text) if text.starts_with("-0") => Val::Num(Num::Dec(text.clone().into())),
        JsonValue::Number(text) => {
            Val::from_num(text).unwrap_or_else(|_| Val::Num(Num::Dec(text.clone().into())))
        }
        JsonValue::String(text) => Val::from(text.clone()),
        JsonValue::List(items) => items.iter().map(to_jaq).collect(),
        JsonValue::Object(properties) => Val::obj(
            properties.iter().map(|(name, value)| (Val::from(name.clone()), to_jaq(value))).collect(),
        ),
    }
}

/// Values that JSON does not have become what `jq` prints: `NaN` is `null`, infinity the largest number. `None` if the value is
/// nested too deep.
fn from_jaq(value: &Val, depth: usize) -> Option<JsonValue> {
    if depth > MAX_RESULT_DEPTH {
        return None;
    }
    Some(match value {
        Val::Null => JsonValue::Null,
        Val::Bool(value) => JsonValue::Bool(*value),
        Val::Num(Num::Float(number)) if number.is_nan() => JsonValue::Null,
        Val::Num(Num::Float(number)) => {
            let number = number.clamp(f64::MIN, f64::MAX);
            if number.fract() == 0.0 && number.abs() < 1e17 {
                JsonValue::number(format_args!("{number:.0}"))
            } else {
                JsonValue::number(Num::Float(number))
            }
        }
        Val::Num(number) => JsonValue::number(number),
        Val::TStr(bytes) | Val::BStr(bytes) => JsonValue::string(String::from_utf8_lossy(bytes)),
        Val::Arr(items) => {
            JsonValue::List(items.iter().map(|item| from_jaq(item, depth + 1)).collect::<Option<_>>()?)
        }
        Val::Obj(properties) => {
            let named = |(name, value): (&Val, &Val)| {
                Some((from_jaq(name, depth + 1)?.to_text(), from_jaq(value, depth + 1)?))
            };
            JsonValue::Object(properties.iter().map(named).collect::<Option<_>>()?)
        }
    })
}
