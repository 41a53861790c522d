//! A document turned into a crate in memory: what `cargo xtask gate` counts of the generator.

use whop_codegen::document::Source;
use whop_codegen::{Inputs, Options, generate};

fn main() {
    let path = std::env::args().nth(1).expect("a document");
    let text = std::fs::read_to_string(path).expect("a document");
    let document = Source { name: "document.json".to_owned(), text };
    let generated = generate(Inputs::new(document), &Options::default());
    assert!(!generated.failed, "{}", generated.messages);
    println!("{} files", generated.files.len());
}
