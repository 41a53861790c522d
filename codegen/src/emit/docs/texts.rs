//! Documentation that tokens refer to by its number.

use std::cell::RefCell;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::doc_lines;

/// The documentation of items. Their tokens have a number in its place, `#[doc = 12]`, which is no valid documentation, and
/// `insert_into` replaces it in the text of the file: texts as tokens would be escaped, parsed and printed again, each line as an
/// attribute.
#[derive(Debug, Default)]
pub struct DocTexts {
    /// The lines of each text, with their line ends.
    texts: RefCell<Vec<String>>,
}

impl DocTexts {
    /// The documentation comment that consists of these paragraphs of Markdown, for the item that follows.
    pub(in crate::emit) fn add(&self, paragraphs: &[String]) -> TokenStream {
        let mut text = String::new();
        for line in doc_lines(paragraphs) {
            text.push_str(&line);
            text.push('\n');
        }
        if text.is_empty() {
            return TokenStream::new();
        }
        let mut texts = self.texts.borrow_mut();
        let number = Literal::usize_unsuffixed(texts.len());
        texts.push(text);
        quote!(#[doc = #number])
    }

    /// Replaces the numbers in code that has each attribute on a line of its own.
    pub(crate) fn insert_into(&self, code: &str) -> String {
        let texts = self.texts.borrow();
        let mut text = String::with_capacity(code.len() * 2);
        for line in code.split_inclusive('\n') {
            let attribute = line.trim_start();
            let number =
                attribute.strip_prefix("#[doc = ").and_then(|rest| rest.trim_end().strip_suffix(']'));
            let number = number.and_then(|number| number.parse::<usize>().ok());
            match number.and_then(|number| texts.get(number)) {
                Some(lines) => {
                    let indent = line.get(..line.len() - attribute.len()).unwrap_or_default();
                    for line in lines.split_inclusive('\n') {
                        text.push_str(indent);
                        text.push_str("///");
                        text.push_str(line);
                    }
                }
                None => text.push_str(line),
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_replaced_by_their_texts() {
        let texts = DocTexts::default();
        let first = texts.add(&["The first.".to_owned(), "`#[doc = 0]`".to_owned()]);
        let second = texts.add(&["The second.".to_owned()]);

        assert_eq!(first.to_string(), "# [doc = 0]");
        assert_eq!(second.to_string(), "# [doc = 1]");
        let code = "#[doc = 1]\nstruct A {\n    #[doc = 0]\n    a: u8,\n    #[doc = \" 1\"]\n    b: u8,\n}\n";
        let expected = "/// The second.\nstruct A {\n    /// The first.\n    ///\n    /// `#[doc = 0]`\n    a: u8,\n    \
                        #[doc = \" 1\"]\n    b: u8,\n}\n";
        assert_eq!(texts.insert_into(code), expected);
    }

    #[test]
    fn lines_end_without_spaces() {
        let texts = DocTexts::default();
        texts.add(&["word  ".repeat(40)]);
        let text = texts.insert_into("#[doc = 0]\n");
        assert!(text.lines().count() > 1 && text.lines().all(|line| line.ends_with("word")), "{text}");
    }

    #[test]
    fn no_text_is_no_attribute() {
        assert!(DocTexts::default().add(&[String::new()]).is_empty());
    }
}
