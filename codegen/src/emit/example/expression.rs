//! Expressions of examples, formatted as rustfmt would.

/// The width of an example, without the slashes before it.
const WIDTH: usize = 100;
const INDENT: usize = 4;

/// An expression of an example.
#[derive(Debug)]
pub(super) enum Expression {
    /// Code that is not broken over lines.
    Plain(String),
    /// A receiver with steps such as `.list()` and `.await?`.
    Chain(String, Vec<Expression>),
    /// Expressions between two delimiters: the call of a function, a step of a chain, a list, a pair.
    Group(String, Vec<Expression>, &'static str),
}

impl Expression {
    /// The call of a function or a method: `function` is everything before the parenthesis.
    pub(super) fn call(function: &str, arguments: Vec<Self>) -> Self {
        Self::Group(format!("{function}("), arguments, ")")
    }

    /// A list of one item.
    pub(super) fn list(item: Self) -> Self {
        Self::Group("[".to_owned(), vec![item], "]")
    }

    /// A list of one pair.
    pub(super) fn map(key: &str, value: Self) -> Self {
        Self::list(Self::Group("(".to_owned(), vec![Self::Plain(format!("{key:?}")), value], ")"))
    }

    /// The expression on one line.
    pub(super) fn one_line(&self) -> String {
        match self {
            Self::Plain(code) => code.clone(),
            Self::Chain(receiver, steps) => {
                let steps: String = steps.iter().map(Self::one_line).collect();
                format!("{receiver}{steps}")
            }
            Self::Group(open, items, close) => {
                let items: Vec<String> = items.iter().map(Self::one_line).collect();
                format!("{open}{}{close}", items.join(", "))
            }
        }
    }

    /// The expression over as many lines as it takes. The first one is indented by `indent` and begins with `before`; the
    /// last one ends with `after`.
    pub(super) fn format(&self, indent: usize, before: &str, after: &str) -> String {
        let line = format!("{before}{}{after}", self.one_line());
        if indent + line.len() <= WIDTH {
            return line;
        }
        let inner = indent + INDENT;
        let (margin, inner_margin) = (" ".repeat(indent), " ".repeat(inner));
        match self {
            Self::Plain(_) => line,
            Self::Chain(receiver, steps) => {
                let last = steps.len().saturating_sub(1);
                let steps = steps.iter().enumerate();
                let steps =
                    steps.map(|(index, step)| step.format(inner, "", if index == last { after } else { "" }));
                let steps: String = steps.map(|step| format!("\n{inner_margin}{step}")).collect();
                format!("{before}{receiver}{steps}")
            }
            Self::Group(open, items, close) => match items.as_slice() {
                // A list in a list, or as the only argument, begins on the same line.
                [only @ Self::Group(inner_open, ..)] if matches!(inner_open.as_str(), "[" | "(") => {
                    only.format(indent, &format!("{before}{open}"), &format!("{close}{after}"))
                }
                items => {
                    let items = items.iter().map(|item| item.format(inner, "", ","));
                    let items: String = items.map(|item| format!("{inner_margin}{item}\n")).collect();
                    format!("{before}{open}\n{items}{margin}{close}{after}")
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(code: &str) -> Expression {
        Expression::Plain(code.to_owned())
    }

    #[test]
    fn short_expressions_take_one_line() {
        let chain = Expression::Chain(
            "client".to_owned(),
            vec![Expression::call(".get", vec![plain("1")]), plain(".await?")],
        );
        assert_eq!(chain.format(0, "let page = ", ";"), "let page = client.get(1).await?;");
    }

    #[test]
    fn long_expressions_are_broken_from_the_outside() {
        let long = "x".repeat(60);
        let model = Expression::Chain(
            "Plan::builder()".to_owned(),
            vec![Expression::call(".name", vec![plain(&long)]), Expression::call(".id", vec![plain(&long)])],
        );
        let chain = Expression::Chain(
            "client".to_owned(),
            vec![
                Expression::call(".plans", vec![]),
                Expression::call(".items", vec![Expression::map("a", model)]),
            ],
        );
        let expected = format!(
            "let a = client\n    .plans()\n    .items([(\n        \"a\",\n        Plan::builder()\n            \
             .name({long})\n            .id({long}),\n    )]);"
        );
        assert_eq!(chain.format(0, "let a = ", ";"), expected);
    }
}
