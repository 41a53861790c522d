//! The body of a request into one value: JSON, a form, a form with files. What it holds is checked elsewhere.

use bytes::Bytes;
use http::{HeaderMap, header::CONTENT_TYPE};

use crate::engine::Fault;
use crate::engine::check::Finding;
use crate::engine::document::{Body, Content, Document, Encoding, Style, Type};
use crate::engine::text::{self, Pair};
use crate::engine::tree::{Json, NoJson};

/// What a body holds.
pub(crate) enum Held {
    Nothing,
    Value(Json),
    /// Octets that stand for themselves.
    Raw,
}

/// Reads a body by its media type.
pub(crate) fn read(
    document: &Document,
    body: &Body,
    headers: &HeaderMap,
    bytes: &Bytes,
) -> Result<Held, Finding> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if bytes.is_empty() && essence.is_empty() {
        return Ok(Held::Nothing);
    }
    let json = essence == "application/json" || essence.ends_with("+json");
    let form = essence == "application/x-www-form-urlencoded";
    let multipart = essence == "multipart/form-data";
    match body.encoding {
        Encoding::Json | Encoding::JsonOrMultipart if json && bytes.is_empty() => Ok(Held::Nothing),
        Encoding::Json | Encoding::JsonOrMultipart if json => read_json(bytes).map(Held::Value),
        Encoding::Form if form => {
            let text = String::from_utf8_lossy(bytes);
            Ok(Held::Value(fields(document, body, text::pairs(&text), Vec::new())))
        }
        Encoding::Multipart | Encoding::JsonOrMultipart if multipart => {
            let (pairs, files) = parts(given, bytes).ok_or_else(|| {
                let reason = "is no form of the boundary that its content type names".to_owned();
                Finding { fault: Fault::InvalidJson, place: String::new(), reason }
            })?;
            Ok(Held::Value(fields(document, body, pairs, files)))
        }
        Encoding::Raw if matches(body.media.as_deref().unwrap_or("*/*"), &essence) => Ok(Held::Raw),
        _ => Err(wrong_media(body, &essence)),
    }
}

fn matches(wanted: &str, essence: &str) -> bool {
    let wanted = wanted.split(';').next().unwrap_or_default().trim();
    match wanted.split_once('/') {
        Some(("*", _)) => true,
        Some((kind, "*")) => essence.split('/').next() == Some(kind),
        _ => wanted.eq_ignore_ascii_case(essence),
    }
}

fn wrong_media(body: &Body, essence: &str) -> Finding {
    let wanted = match body.encoding {
        Encoding::Json => body.media.as_deref().unwrap_or("application/json"),
        Encoding::Form => "application/x-www-form-urlencoded",
        Encoding::Multipart => "multipart/form-data",
        Encoding::JsonOrMultipart => "application/json or multipart/form-data",
        Encoding::Raw => body.media.as_deref().unwrap_or("*/*"),
    };
    let given = if essence.is_empty() { "not named".to_owned() } else { format!("`{essence}`") };
    let reason = format!("the content type must be {wanted}, is {given}");
    Finding { fault: Fault::WrongMediaType, place: String::new(), reason }
}

fn read_json(bytes: &Bytes) -> Result<Json, Finding> {
    let broken = |reason: String| Finding { fault: Fault::InvalidJson, place: String::new(), reason };
    let text = std::str::from_utf8(bytes).map_err(|_| broken("is not UTF-8".to_owned()))?;
    Json::parse(text).map_err(|error| match error {
        NoJson::Syntax(reason) => broken(format!("is not JSON: {reason}")),
        NoJson::Deep => broken("nests too deep".to_owned()),
        NoJson::Duplicate(place) => {
            let reason = "stands twice in its object; name it once".to_owned();
            Finding { fault: Fault::InvalidJson, place, reason }
        }
    })
}

/// The members of a form, typed as far as the document names them.
fn fields(document: &Document, body: &Body, mut pairs: Vec<Pair>, files: Vec<Pair>) -> Json {
    let mut members: Vec<(String, Json)> = Vec::new();
    let known = match &body.content {
        Content::Forms(forms) => forms.iter().flat_map(|form| &form.object.members).collect(),
        Content::Whole(ty) => {
            document.object(ty).map_or(Vec::new(), |object| object.members.iter().collect())
        }
    };
    for member in known {
        if members.iter().any(|(name, _)| *name == member.name) {
            continue;
        }
        let style = match document.plain(&member.ty) {
            Type::List(_) => Style::Repeated,
            Type::Object | Type::Map(_) | Type::Json | Type::Named(_) => Style::Deep,
            _ => Style::Repeated,
        };
        let value = text::named(document, &member.ty, style, &member.name, &mut pairs)
            // A part of JSON in a form with files.
            .or_else(|| text::named(document, &member.ty, Style::Json, &member.name, &mut pairs));
        if let Some(value) = value {
            members.push((member.name.clone(), value));
        }
        let own: Vec<&Pair> = files.iter().filter(|file| file.name == member.name).collect();
        if let Some(first) = own.first() {
            let texts = own.iter().map(|file| Json::text(file.value.as_str()));
            let value = match document.plain(&member.ty) {
                Type::List(_) => Json::List(texts.collect()),
                _ => Json::text(first.value.as_str()),
            };
            members.push((member.name.clone(), value));
        }
    }
    // What the document does not name stays as it is, for the check to say so.
    let rest = pairs.into_iter().filter(|pair| !pair.used).chain(files);
    for pair in rest {
        if !members.iter().any(|(name, _)| *name == pair.name) {
            members.push((pair.name, Json::String(pair.value)));
        }
    }
    Json::Object(members)
}

/// The fields and the files of a form (RFC 7578). The content of a file is kept as text.
fn parts(content_type: &str, bytes: &Bytes) -> Option<(Vec<Pair>, Vec<Pair>)> {
    let boundary = parameter(content_type, "boundary")?;
    let mark = format!("--{boundary}");
    let mut rest = after(bytes, mark.as_bytes())?;
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    let end = format!("\r\n{mark}");
    loop {
        if rest.starts_with(b"--") {
            return Some((fields, files));
        }
        let part = rest.strip_prefix(b"\r\n")?;
        let at = find(part, end.as_bytes())?;
        let (part, next) = part.split_at_checked(at)?;
        rest = next.get(end.len()..)?;
        let head_end = find(part, b"\r\n\r\n")?;
        let (head, content) = part.split_at_checked(head_end)?;
        let content = content.get(4..)?;
        let head = String::from_utf8_lossy(head);
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
        let name = parameter(line, "name")?.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
        let value = String::from_utf8_lossy(content).into_owned();
        let into = if parameter(line, "filename").is_some() { &mut files } else { &mut fields };
        into.push(Pair { name, value, used: false });
    }
}

/// A parameter of a header, with or without quotes.
fn parameter(header: &str, name: &str) -> Option<String> {
    let parts = header.split(';').skip(1).filter_map(|part| part.trim().split_once('='));
    let mut parts = parts.filter(|(own, _)| own.trim().eq_ignore_ascii_case(name));
    parts.next().map(|(_, value)| value.trim().trim_matches('"').to_owned())
}

fn after<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<&'b [u8]> {
    bytes.get(find(bytes, mark)? + mark.len()..)
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_files_is_taken_apart() {
        let text = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\ny\r\n\
                    --B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"g.txt\"\r\n\
                    Content-Type: text/plain\r\n\r\nGIF\r\n--B--\r\n";
        let body = Bytes::from_static(text.as_bytes());
        let (fields, files) = parts("multipart/form-data; boundary=B", &body).unwrap();
        assert_eq!((fields[0].name.as_str(), fields[0].value.as_str()), ("a", "x\r\ny"));
        assert_eq!((files[0].name.as_str(), files[0].value.as_str()), ("f", "GIF"));
        for broken in ["", "--B", "--B\r\n", "--B\r\nx\r\n--B--", "--C--"] {
            let body = Bytes::copy_from_slice(broken.as_bytes());
            assert!(parts("multipart/form-data; boundary=B", &body).is_none(), "{broken:?}");
        }
        assert!(parts("multipart/form-data", &body).is_none());
    }

    #[test]
    fn media_types_match_as_http_has_them() {
        for (wanted, given) in [("image/png", "image/png"), ("image/*", "image/gif"), ("*/*", "text/plain")] {
            assert!(matches(wanted, given));
        }
        assert!(!matches("image/*", "text/plain"));
    }
}
