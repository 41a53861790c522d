//! Formats values in the styles of paths, headers and cookies (`simple`, `label` and `matrix` of OpenAPI).

use std::borrow::Cow;

use crate::wire::{
    parameter::{Parameter, parse_json},
    percent::percent_encode,
};

/// How a list or an object is formatted in a path or a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimpleStyle {
    /// `a,b` and `key,value`
    Plain,
    /// `a,b` and `key=value`
    Explode,
    /// `.a.b` and `.key=value`
    LabelExplode,
    /// `;name=a;name=b` and `;key=value`
    MatrixExplode,
}

/// Formats a value for a header or a cookie: items, names and values are separated by commas (style `simple`).
pub(crate) fn format_simple(parameter: Parameter<'_>) -> Result<Cow<'_, str>, String> {
    match parse_json(parameter)? {
        Parameter::Scalar(value) => Ok(value),
        parameter => Ok(join_simple("", SimpleStyle::Plain, &parameter, Cow::Borrowed).into()),
    }
}

/// The same with `explode`: the name and value of each property are joined by an equals sign.
pub(crate) fn format_exploded(parameter: Parameter<'_>) -> Result<Cow<'_, str>, String> {
    Ok(join_simple("", SimpleStyle::Explode, &parse_json(parameter)?, Cow::Borrowed).into())
}

/// Formats a value for a path. What separates values is not encoded, as everything else is (RFC 6570, section 3.2).
pub(crate) fn format_path(
    name: &str,
    style: SimpleStyle,
    parameter: Parameter<'_>,
) -> Result<String, String> {
    Ok(join_simple(name, style, &parse_json(parameter)?, |text| percent_encode(text).into()))
}

fn join_simple<'a>(
    name: &str,
    style: SimpleStyle,
    parameter: &'a Parameter<'_>,
    encode: impl Fn(&'a str) -> Cow<'a, str>,
) -> String {
    let items: Vec<String> = match parameter {
        Parameter::Scalar(value) => vec![encode(value).into_owned()],
        Parameter::List(values) => values.iter().map(|value| encode(value).into_owned()).collect(),
        Parameter::Object(pairs) if style == SimpleStyle::Plain => {
            pairs.iter().flat_map(|(key, value)| [encode(key), encode(value)]).map(Cow::into_owned).collect()
        }
        Parameter::Object(pairs) => {
            pairs.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect()
        }
        Parameter::Json(_) | Parameter::Invalid(_) => Vec::new(),
    };
    let has_keys = matches!(parameter, Parameter::Object(_));
    match style {
        SimpleStyle::Plain | SimpleStyle::Explode => items.join(","),
        SimpleStyle::LabelExplode => items.iter().map(|item| format!(".{item}")).collect(),
        SimpleStyle::MatrixExplode if has_keys => items.iter().map(|item| format!(";{item}")).collect(),
        SimpleStyle::MatrixExplode => {
            let name = percent_encode(name);
            items.iter().map(|item| format!(";{name}={item}")).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::parameter::ToParameter;

    #[test]
    fn formats_values_of_paths_in_every_style() {
        let (list, object) = (vec!["a,/", "b"], serde_json::json!({"k": "v=", "n": null, "x": 1}));
        for (style, of_list, of_object, of_scalar) in [
            (SimpleStyle::Plain, "a%2C%2F,b", "k,v%3D,x,1", "s"),
            (SimpleStyle::Explode, "a%2C%2F,b", "k=v%3D,x=1", "s"),
            (SimpleStyle::LabelExplode, ".a%2C%2F.b", ".k=v%3D.x=1", ".s"),
            (SimpleStyle::MatrixExplode, ";n=a%2C%2F;n=b", ";k=v%3D;x=1", ";n=s"),
        ] {
            let format = |parameter| format_path("n", style, parameter).unwrap();
            assert_eq!(format(list.to_parameter()), of_list, "{style:?}");
            assert_eq!(format(object.to_parameter()), of_object, "{style:?}");
            assert_eq!(format("s".to_parameter()), of_scalar, "{style:?}");
        }
        assert_eq!(format_simple(object.to_parameter()).unwrap(), "k,v=,x,1");
        assert_eq!(format_exploded(object.to_parameter()).unwrap(), "k=v=,x=1");
    }
}
