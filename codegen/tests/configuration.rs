//! `docs/configuration.md` lists every key of `codegen.toml`, from the documentation of the types that read it. `BLESS=1` writes
//! the page as the types are now.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use syn::{Attribute, Expr, Fields, GenericArgument, Item, Lit, Meta, PathArguments, Type};

const HEAD: &str = "# The configuration of the generator\n\n\
<!-- Made from the types in codegen/src/config by `BLESS=1 cargo test -p whop-codegen --test configuration`. -->\n\n\
`codegen.toml` says what a crate needs to know about an API that OpenAPI cannot express; `spec/codegen.toml` is the one for \
Whop, and `cargo xtask codegen --spec openapi.yaml --config codegen.toml --out folder` uses another. Every table is optional. A \
key that is not listed here is an error, and so is an entry that matches nothing in the document.\n";

/// A type of the configuration.
struct Table {
    doc: String,
    /// Whether keys without a value have a default.
    all_optional: bool,
    keys: Vec<Key>,
    /// The values, if it is an enum.
    values: Vec<(String, String)>,
    /// The types of which a value has one, if it is an enum without names for them.
    alternatives: Vec<Type>,
}

struct Key {
    name: String,
    doc: String,
    ty: Type,
    is_optional: bool,
    /// The default that the source states, as TOML.
    default: Option<String>,
}

/// The text of the doc comment.
fn doc_of(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// What stands in `#[serde(…)]`.
fn serde_of(attributes: &[Attribute]) -> String {
    let lists = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("serde") => Some(list.tokens.to_string()),
        _ => None,
    });
    lists.collect::<Vec<_>>().join(", ")
}

/// The value of a setting in `#[serde(…)]`, such as `rename = "crate"`.
fn setting<'a>(serde: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = serde.split_once(&format!("{name} = \""))?;
    rest.split_once('"').map(|(value, _)| value)
}

fn to_kebab(name: &str) -> String {
    let mut kebab = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(c.to_lowercase().map(|c| if c == '_' { '-' } else { c }));
    }
    kebab
}

fn spell(own: &str, serde: &str, container: &str) -> String {
    let renamed = setting(serde, "rename").map(str::to_owned);
    let is_kebab = setting(container, "rename_all") == Some("kebab-case");
    renamed.unwrap_or_else(|| if is_kebab { to_kebab(own) } else { own.to_owned() })
}

/// The literals of an expression as TOML: a list if there is an array.
fn literals_of(source: &str) -> Option<String> {
    let expression = source.trim().trim_end_matches(',');
    if expression == "None" || expression.contains("new ()") || expression.contains("new()") {
        return None;
    }
    let is_list = expression.contains('[');
    let tokens: proc_macro2::TokenStream = expression.parse().ok()?;
    let mut found = Vec::new();
    collect_literals(tokens, &mut found);
    if is_list { Some(format!("[{}]", found.join(", "))) } else { found.first().cloned() }
}

fn collect_literals(tokens: proc_macro2::TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Literal(literal) => found.push(literal.to_string().replace('_', "")),
            proc_macro2::TokenTree::Group(group) => collect_literals(group.stream(), found),
            _ => {}
        }
    }
}

/// The types that `Deserialize` reads, by name, with the defaults of `impl Default`.
fn read_tables() -> BTreeMap<String, Table> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/config");
    let mut tables = BTreeMap::new();
    let mut defaults: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    // The file of renames is another one.
    for path in paths.into_iter().filter(|path| !path.ends_with("renames.rs")) {
        for item in syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap().items {
            read_item(item, &mut tables, &mut defaults);
        }
    }
    for ((table, field), default) in defaults {
        let keys = &mut tables.get_mut(&table).unwrap().keys;
        let key = keys.iter_mut().find(|key| to_kebab(&field) == key.name).expect("a default of a field");
        key.default = literals_of(&default);
    }
    tables
}

fn read_item(
    item: Item,
    tables: &mut BTreeMap<String, Table>,
    defaults: &mut BTreeMap<(String, String), String>,
) {
    let derives = |attributes: &[Attribute]| {
        attributes.iter().any(|attribute| match &attribute.meta {
            Meta::List(list) => {
                list.path.is_ident("derive") && list.tokens.to_string().contains("Deserialize")
            }
            _ => false,
        })
    };
    match item {
        Item::Struct(item) if derives(&item.attrs) => {
            let container = serde_of(&item.attrs);
            let all_optional = container.split(',').any(|part| part.trim() == "default");
            let Fields::Named(fields) = item.fields else { panic!("{}: no named fields", item.ident) };
            let keys = fields.named.into_iter().map(|field| {
                let serde = serde_of(&field.attrs);
                let name = field.ident.unwrap().to_string();
                let doc = doc_of(&field.attrs);
                assert!(!doc.is_empty(), "`{name}` of `{}` is not documented", item.ident);
                let is_option = inner_type(&field.ty, "Option").is_some();
                let is_optional = all_optional || is_option || serde.contains("default");
                Key { name: spell(&name, &serde, &container), doc, ty: field.ty, is_optional, default: None }
            });
            let table = Table {
                doc: doc_of(&item.attrs),
                all_optional,
                keys: keys.collect(),
                values: Vec::new(),
                alternatives: Vec::new(),
            };
            tables.insert(item.ident.to_string(), table);
        }
        Item::Enum(item) if derives(&item.attrs) => {
            let container = serde_of(&item.attrs);
            let values = item.variants.iter().map(|variant| {
                let name = spell(&variant.ident.to_string(), &serde_of(&variant.attrs), &container);
                (name, doc_of(&variant.attrs))
            });
            let alternatives = item.variants.iter().filter_map(|variant| {
                let ty = &variant.fields.iter().next()?.ty;
                syn::parse_str(&quote::quote!(#ty).to_string()).ok()
            });
            let table = Table {
                doc: doc_of(&item.attrs),
                all_optional: true,
                keys: Vec::new(),
                values: values.collect(),
                alternatives: if container.contains("untagged") {
                    alternatives.collect()
                } else {
                    Vec::new()
                },
            };
            tables.insert(item.ident.to_string(), table);
        }
        Item::Impl(item) if item.trait_.as_ref().is_some_and(|(path, ..)| path.is_ident("Default")) => {
            let Type::Path(owner) = &*item.self_ty else { return };
            let owner = owner.path.segments.last().unwrap().ident.to_string();
            let function = item.items.into_iter().find_map(|item| match item {
                syn::ImplItem::Fn(function) => Some(function),
                _ => None,
            });
            let Some(syn::Stmt::Expr(Expr::Struct(expression), _)) = function.unwrap().block.stmts.pop()
            else {
                panic!("`default` of `{owner}` is no struct expression")
            };
            for field in expression.fields {
                let (syn::Member::Named(name), value) = (field.member, field.expr) else { continue };
                defaults.insert((owner.clone(), name.to_string()), quote::quote!(#value).to_string());
            }
        }
        _ => {}
    }
}

/// `T` of `Wrapper<T>`, the last argument if there are several.
fn inner_type<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.last()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

fn type_name(ty: &Type) -> String {
    let Type::Path(path) = ty else { panic!("a type of the configuration that is no path") };
    path.path.segments.last().unwrap().ident.to_string()
}

/// The words for a type, and the type of the configuration within it.
fn describe_type(ty: &Type, tables: &BTreeMap<String, Table>) -> (String, Option<String>) {
    if let Some(inner) = inner_type(ty, "Option") {
        return describe_type(inner, tables);
    }
    if let Some(inner) = inner_type(ty, "Vec") {
        let (words, table) = describe_type(inner, tables);
        return (format!("list of {}", words.replacen("table", "tables", 1)), table);
    }
    if let Some(inner) = inner_type(ty, "BTreeMap") {
        let (words, table) = describe_type(inner, tables);
        return (format!("table of {words}"), table);
    }
    match type_name(ty).as_str() {
        "String" => ("text".to_owned(), None),
        "bool" => ("`true` or `false`".to_owned(), None),
        "u16" | "u32" | "u64" | "usize" => ("number".to_owned(), None),
        "Value" => ("any value".to_owned(), None),
        name => {
            let table = tables.get(name).unwrap_or_else(|| panic!("`{name}` is not documented"));
            if !table.alternatives.is_empty() {
                let words = table.alternatives.iter().map(|ty| describe_type(ty, tables).0);
                return (words.collect::<Vec<_>>().join(" or "), None);
            }
            if table.values.is_empty() {
                ("table".to_owned(), Some(name.to_owned()))
            } else {
                let values = table.values.iter().map(|(value, _)| format!("`{value}`"));
                (values.collect::<Vec<_>>().join(" or "), None)
            }
        }
    }
}

fn write_table(heading: &str, name: &str, tables: &BTreeMap<String, Table>, page: &mut String) {
    let table = &tables[name];
    write!(page, "\n## {heading}\n\n{}\n\n| key | value | default | |\n|---|---|---|---|\n", table.doc)
        .unwrap();
    let mut nested = Vec::new();
    for key in &table.keys {
        let (words, inner) = describe_type(&key.ty, tables);
        let default = match &key.default {
            Some(default) => format!("`{default}`"),
            None if key.is_optional => String::new(),
            None => "required".to_owned(),
        };
        let doc = key.doc.replace('|', "\\|");
        writeln!(page, "| `{}` | {words} | {default} | {doc} |", key.name).unwrap();
        if let Some(inner) = inner {
            let path = heading.trim_matches(['`', '[', ']']);
            let path = if name == "Config" { key.name.clone() } else { format!("{path}.{}", key.name) };
            let is_list = words.starts_with("list");
            let path = if words.starts_with("table of") { format!("{path}.NAME") } else { path };
            nested.push((if is_list { format!("`[[{path}]]`") } else { format!("`[{path}]`") }, inner));
        }
    }
    assert!(table.all_optional || table.keys.iter().any(|key| !key.is_optional), "{name}");
    let mut written = Vec::new();
    for (heading, inner) in nested {
        // Tables of one type that stand side by side are described once.
        if !written.contains(&inner) {
            write_table(&heading, &inner, tables, page);
            written.push(inner);
        }
    }
}

#[test]
fn the_reference_page_lists_every_key() {
    let tables = read_tables();
    let mut page = HEAD.to_owned();
    write_table("Keys at the top", "Config", &tables, &mut page);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/configuration.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/configuration.md is not up to date; `BLESS=1 cargo test -p whop-codegen --test configuration` writes it"
    );
    for (name, table) in &tables {
        for key in &table.keys {
            assert!(page.contains(&format!("| `{}` |", key.name)), "`{}` of `{name}` is missing", key.name);
        }
    }
}
