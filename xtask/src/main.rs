//! temporary
fn main() {
    let t = std::time::Instant::now();
    let read = |p: &str| whop_codegen::document::Source { name: p.to_owned(), text: std::fs::read_to_string(p).unwrap() };
    let g = whop_codegen::generate(whop_codegen::Inputs {
        document: read("spec/whop.openapi.yaml"),
        overlay: Some(read("spec/overlay.yaml")),
        config: Some(read("spec/codegen.toml")),
        origin: Default::default(),
        runtime: "../codegen/runtime".into(),
        standalone: false,
    });
    eprintln!("{}", g.messages.chars().take(6000).collect::<String>());
    eprintln!("{:?} {:?}", g.summary, t.elapsed());
    for f in &g.files {
        let p = std::path::Path::new("generated").join(&f.path);
        std::fs::create_dir_all(p.parent().unwrap()).unwrap();
        std::fs::write(p, &f.contents).unwrap();
    }
    eprintln!("{} files {:?}", g.files.len(), t.elapsed());
}
