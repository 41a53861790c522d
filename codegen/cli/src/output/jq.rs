//! `--jq`: expressions of `jq`, executed by `jaq`.
//!
//! Numbers that an expression only selects keep their digits. Arithmetic is that of `jq`: integers are exact, other numbers
//! become binary floating point numbers. `env` and `$ENV` do not exist, because credentials are in environment variables.

use jaq_core::{
    Compiler, Ctx, Filter, ValT as _, Vars, data,
    load::{self, Arena, File, Loader},
    native,
};
use jaq_json::{Num, Val};
use openapi_client_description::JsonValue;

use super::escape::escape_line;
use crate::error::CliError;

type Data = data::JustLut<Val>;

/// The longest text of an error, in characters: it contains the value at which the expression failed.
const MAX_ERROR: usize = 200;

/// A compiled expression.
pub(super) struct JqFilter(Filter<Data>);

impl JqFilter {
    /// # Errors
    ///
    /// The expression is wrong; the message says where.
    pub(super) fn compile(expression: &str) -> Result<Self, CliError> {
        let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
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

    /// Passes each output for one input to `print` as soon as it is there: an expression can have any number of them.
    ///
    /// # Errors
    ///
    /// Those of `print`, which end the expression; and the expression fails with this input.
    pub(super) fn apply(
        &self,
        input: &JsonValue,
        mut print: impl FnMut(JsonValue) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        let context = Ctx::<Data>::new(&self.0.lut, Vars::new([]));
        for output in self.0.id.run((context, to_jaq(input))) {
            match output.map_err(|exception| exception.get_err()) {
                Ok(output) => print(from_jaq(&output))?,
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

/// The functions of jq without those that read the environment or write to the terminal.
fn list_functions() -> impl Iterator<Item = native::Fun<Data>> {
    const REMOVED: [&str; 3] = ["env", "stderr_empty", "debug_empty"];
    let silent = ["stderr_empty", "debug_empty"]
        .map(|name| native::run::<Data>((name, native::v(0), |_| Box::new(std::iter::empty()))));
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    functions.filter(|(name, ..)| !REMOVED.contains(name)).chain(silent)
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

/// Values that JSON does not have become what `jq` prints: `NaN` is `null`, infinity the largest number.
fn from_jaq(value: &Val) -> JsonValue {
    match value {
        Val::Null => JsonValue::Null,
        Val::Bool(value) => JsonValue::Bool(*value),
        Val::Num(Num::Float(number)) if number.is_nan() => JsonValue::Null,
        Val::Num(Num::Float(number)) => {
            let number = number.clamp(f64::MIN, f64::MAX);
            if number.fract() == 0.0 && number.abs() < 1e17 {
                return JsonValue::number(format_args!("{number:.0}"));
            }
            JsonValue::number(Num::Float(number))
        }
        Val::Num(number) => JsonValue::number(number),
        Val::TStr(bytes) | Val::BStr(bytes) => JsonValue::string(String::from_utf8_lossy(bytes)),
        Val::Arr(items) => JsonValue::List(items.iter().map(from_jaq).collect()),
        Val::Obj(properties) => {
            let named = |(name, value): (&Val, &Val)| (from_jaq(name).to_text(), from_jaq(value));
            JsonValue::Object(properties.iter().map(named).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(expression: &str, input: &str) -> Result<String, String> {
        let filter = JqFilter::compile(expression).map_err(|error| error.message)?;
        let mut outputs = Vec::new();
        let applied = filter.apply(&JsonValue::parse(input).unwrap(), |output| {
            outputs.push(output.to_string());
            // Endless expressions end where their reader ends.
            if outputs.len() < 1000 { Ok(()) } else { Err(CliError::usage("enough")) }
        });
        applied.map(|()| outputs.join(" ")).map_err(|error| error.message)
    }

    #[test]
    fn selected_numbers_keep_their_digits() {
        let input = r#"{"z":12.30,"a":[123456789012345678901234567890,0.1000,1e3,-0,-0.0,1E+2]}"#;
        assert_eq!(apply(".", input).unwrap(), input);
        assert_eq!(
            apply(".a[], {z}, [.a[] | {v: .}][3]", input).unwrap(),
            r#"123456789012345678901234567890 0.1000 1e3 -0 -0.0 1E+2 {"z":12.30} {"v":-0}"#
        );
        assert_eq!(
            apply("map(select(.x > 1)) | sort_by(.x) | .[].x", r#"[{"x":2.50},{"x":1.10}]"#).unwrap(),
            "1.10 2.50"
        );
        assert_eq!(
            apply(".[0] + .[1], .[2] * 2, (.[0] | tostring)", "[12.30,0.2,1.5]").unwrap(),
            "12.5 3 \"12.30\""
        );
    }

    #[test]
    fn values_without_json_become_those_of_jq() {
        assert_eq!(
            apply("nan, infinite, -infinite, [nan]", "null").unwrap(),
            "null 1.7976931348623157e308 -1.7976931348623157e308 [null]"
        );
        assert_eq!(apply("1, halt, 2", "null").unwrap(), "1");
        assert_eq!(apply("debug, stderr", "1").unwrap(), "1 1");
    }

    #[test]
    fn endless_outputs_end_with_their_reader() {
        assert_eq!(apply("repeat(1)", "null").unwrap_err(), "enough");
    }

    #[test]
    fn the_environment_is_not_readable() {
        for expression in ["env", "env.PATH", "$ENV", "$ENV.PATH"] {
            let error = apply(expression, "null").unwrap_err();
            assert!(error.starts_with("--jq: undefined"), "{error}");
        }
    }

    #[test]
    fn errors_say_where() {
        let cases = [
            (".a |", "--jq: expected term at the end (column 5)"),
            (".a[", "--jq: expected closing bracket at the end (column 4)"),
            ("foo(.)", "--jq: undefined filter `foo` at `foo(.)` (column 1)"),
            (".a\n| $x", "--jq: undefined variable `$x` at `$x` (line 2, column 3)"),
            ("\"é\" | \u{1b}", "--jq: expected token at `\\u{1b}` (column 7)"),
            ("import \"a\" as a; .", "--jq: modules cannot be imported at `a\" as a; .` (column 9)"),
        ];
        for (expression, expected) in cases {
            assert_eq!(apply(expression, "null").unwrap_err(), expected);
        }
        assert_eq!(apply(".a", "[1]").unwrap_err(), "--jq: cannot index [1] with \"a\"");
        let long = apply("error", &format!("\"{}\"", "x".repeat(1000))).unwrap_err();
        assert_eq!(long.len(), "--jq: ".len() + MAX_ERROR);
    }
}
