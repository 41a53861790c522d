//! Paths between folders.

use std::path::{Component, Path, PathBuf};

/// The canonical path; for a path that does not exist yet, its existing part is resolved.
#[must_use]
pub fn real_path(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut rest: Vec<&std::ffi::OsStr> = Vec::new();
    let mut known = absolute.as_path();
    loop {
        if let Ok(real) = known.canonicalize() {
            let real = rest.iter().rev().fold(real, |path, name| path.join(name));
            return strip_verbatim_prefix(real);
        }
        let (Some(parent), Some(name)) = (known.parent(), known.file_name()) else {
            return absolute.clone();
        };
        rest.push(name);
        known = parent;
    }
}

/// A path with slashes, as Cargo.toml accepts it on every system.
#[must_use]
pub fn to_slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

/// Strips the prefix of verbatim paths on Windows, which Cargo.toml does not accept.
fn strip_verbatim_prefix(path: PathBuf) -> PathBuf {
    match path.to_str().and_then(|text| text.strip_prefix(r"\\?\")) {
        Some(text) => PathBuf::from(text),
        None => path,
    }
}

/// The path from a folder to a file, both canonical: relative if they share more than the root of the disk.
#[must_use]
pub fn relative_path(folder: &Path, target: &Path) -> PathBuf {
    let parts = |path: &Path| path.components().map(|part| part.as_os_str().to_owned()).collect::<Vec<_>>();
    let (from, to) = (parts(folder), parts(target));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let top = target.components().take_while(|part| !matches!(part, Component::Normal(_))).count();
    if common <= top {
        return target.to_path_buf();
    }
    let up = std::iter::repeat_n("..".into(), from.len() - common);
    up.chain(to.into_iter().skip(common)).collect()
}

#[cfg(test)]
mod tests {
    use super::relative_path;
    use std::path::Path;

    #[test]
    fn paths_are_relative_where_that_says_something() {
        let table = [
            ("/home/me/whop-rs/target/x", "/home/me/whop-rs/codegen/runtime", "../../codegen/runtime"),
            ("/home/me/client", "/home/me/whop-rs/codegen/runtime", "../whop-rs/codegen/runtime"),
            ("/tmp/client", "/home/me/whop-rs/codegen/runtime", "/home/me/whop-rs/codegen/runtime"),
        ];
        for (folder, target, path) in table {
            assert_eq!(relative_path(Path::new(folder), Path::new(target)), Path::new(path));
        }
    }
}
