//! Parses bodies of `multipart/form-data` (RFC 7578).

use bytes::Bytes;

use crate::engine::parameter_values::Pair;

/// The parts of a form: fields, and files with their content as text.
pub(crate) struct Parts {
    pub(crate) fields: Vec<Pair>,
    pub(crate) files: Vec<Pair>,
}

/// Parses a form, if the body matches the boundary in its content type.
pub(crate) fn parse_multipart(content_type: &str, body: &Bytes) -> Option<Parts> {
    let boundary = header_parameter(content_type, "boundary")?;
    let delimiter = format!("--{boundary}");
    let mut rest = body.get(find(body, delimiter.as_bytes())? + delimiter.len()..)?;
    let next_delimiter = format!("\r\n{delimiter}");
    let mut parts = Parts { fields: Vec::new(), files: Vec::new() };
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        let after_line_break = rest.strip_prefix(b"\r\n")?;
        let (part, next) =
            after_line_break.split_at_checked(find(after_line_break, next_delimiter.as_bytes())?)?;
        rest = next.get(next_delimiter.len()..)?;
        let (headers, content) = part.split_at_checked(find(part, b"\r\n\r\n")?)?;
        let headers = String::from_utf8_lossy(headers);
        let mut lines = headers.lines();
        let disposition = lines.find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
        // Browsers and reqwest escape these three characters in names as the HTML standard defines.
        let name = header_parameter(disposition, "name")?;
        let name = name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
        let value = String::from_utf8_lossy(content.get(4..)?).into_owned();
        let is_file = header_parameter(disposition, "filename").is_some();
        let list = if is_file { &mut parts.files } else { &mut parts.fields };
        list.push(Pair { name, value, used: false });
    }
}

/// A parameter of a header, with or without quotes.
fn header_parameter(header: &str, name: &str) -> Option<String> {
    let parameters = header.split(';').skip(1).filter_map(|part| part.trim().split_once('='));
    let mut parameters = parameters.filter(|(other, _)| other.trim().eq_ignore_ascii_case(name));
    parameters.next().map(|(_, value)| value.trim().trim_matches('"').to_owned())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_files_is_parsed() {
        let text = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\ny\r\n\
                    --B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"g.txt\"\r\n\
                    Content-Type: text/plain\r\n\r\nGIF\r\n--B--\r\n";
        let body = Bytes::from_static(text.as_bytes());
        let Parts { fields, files } = parse_multipart("multipart/form-data; boundary=B", &body).unwrap();
        assert_eq!((fields[0].name.as_str(), fields[0].value.as_str()), ("a", "x\r\ny"));
        assert_eq!((files[0].name.as_str(), files[0].value.as_str()), ("f", "GIF"));
        for broken in ["", "--B", "--B\r\n", "--B\r\nx\r\n--B--", "--C--"] {
            let body = Bytes::copy_from_slice(broken.as_bytes());
            assert!(parse_multipart("multipart/form-data; boundary=B", &body).is_none(), "{broken:?}");
        }
        assert!(parse_multipart("multipart/form-data", &body).is_none());
    }
}
