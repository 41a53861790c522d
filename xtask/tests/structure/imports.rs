//! Reads the sources of a crate and finds which file imports which, from its `use` items.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::root;
use syn::{Item, UseTree};

/// The hand-written crates, by the folder of their sources.
pub(crate) const CRATES: [&str; 8] = [
    "codegen/src",
    "codegen/cli/src",
    "codegen/description/src",
    "codegen/generator/src",
    "codegen/inbox/src",
    "codegen/mock/src",
    "codegen/runtime/src",
    "xtask/src",
];

/// One file of a crate.
#[derive(Debug)]
pub(crate) struct File {
    /// The path of its module below the crate: `["client", "core"]`.
    pub(crate) module: Vec<String>,
    /// Its path from the root of the repository, with `/`.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
    /// Its items.
    pub(crate) syntax: syn::File,
}

/// All files of a crate, sorted by path.
pub(crate) fn read_crate(folder: &str) -> Vec<File> {
    let top = root().join(folder);
    let mut files: Vec<File> = rust_files(&top).iter().map(|path| read_file(&top, path)).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// All Rust files below a folder.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn read_file(top: &Path, path: &Path) -> File {
    let text = std::fs::read_to_string(path).unwrap();
    let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let below = path.strip_prefix(top).unwrap().with_extension("");
    let mut module: Vec<String> =
        below.iter().map(|part| part.to_str().expect("names are UTF-8").to_owned()).collect();
    if module.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        module.pop();
    }
    let path = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
    File { module, path, text, syntax }
}

/// For each file, by its place in `files`, the files that its `use` items name. Modules for tests are left out.
pub(crate) fn imports(files: &[File]) -> Vec<BTreeSet<usize>> {
    let places: BTreeMap<&[String], usize> =
        files.iter().enumerate().map(|(place, file)| (file.module.as_slice(), place)).collect();
    files
        .iter()
        .enumerate()
        .map(|(place, file)| {
            let mut paths = Vec::new();
            collect_uses(&file.syntax.items, &file.module, &mut paths);
            let found = paths.iter().filter_map(|path| file_of_path(&places, path));
            found.filter(|other| *other != place).collect()
        })
        .collect()
}

/// The file of the innermost module that a path names; paths of other crates have none.
fn file_of_path(places: &BTreeMap<&[String], usize>, path: &[String]) -> Option<usize> {
    (1..=path.len()).rev().find_map(|length| places.get(path.get(..length)?).copied())
}

/// The absolute paths of all `use` items of a module, those of nested modules included.
fn collect_uses(items: &[Item], module: &[String], paths: &mut Vec<Vec<String>>) {
    for item in items {
        match item {
            Item::Use(item) => collect_tree(&item.tree, &mut Vec::new(), module, paths),
            Item::Mod(inner) if !is_for_tests(&inner.attrs) => {
                let mut name = module.to_vec();
                name.push(inner.ident.to_string());
                if let Some((_, items)) = &inner.content {
                    collect_uses(items, &name, paths);
                }
            }
            _ => {}
        }
    }
}

fn collect_tree(tree: &UseTree, before: &mut Vec<String>, module: &[String], paths: &mut Vec<Vec<String>>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            collect_tree(&path.tree, before, module, paths);
            before.pop();
        }
        UseTree::Group(group) => {
            group.items.iter().for_each(|tree| collect_tree(tree, before, module, paths));
        }
        UseTree::Name(name) => paths.extend(absolute(before, &name.ident.to_string(), module)),
        UseTree::Rename(name) => paths.extend(absolute(before, &name.ident.to_string(), module)),
        UseTree::Glob(_) => paths.extend(absolute(before, "self", module)),
    }
}

/// The path below the crate's root, if it leads into the crate.
fn absolute(before: &[String], name: &str, module: &[String]) -> Option<Vec<String>> {
    let mut parts = before.iter().map(String::as_str).chain((name != "self").then_some(name)).peekable();
    let mut path = match *parts.peek()? {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => {
            let mut path = module.to_vec();
            while parts.next_if_eq(&"super").is_some() {
                path.pop();
            }
            path.extend(parts.map(str::to_owned));
            return Some(path);
        }
        _ => return None,
    };
    path.extend(parts.skip(1).map(str::to_owned));
    Some(path)
}

/// Whether an item is compiled for tests only.
pub(crate) fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

/// Whether a file holds tests alone.
pub(crate) fn is_test_file(file: &File) -> bool {
    file.module.iter().any(|part| part == "tests" || part.ends_with("_tests"))
}
