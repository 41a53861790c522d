//! A request as a curl command that works when it is pasted into a shell.

use openapi_client_runtime::Bytes;

/// A request as it would be sent.
#[derive(Debug)]
pub(super) struct Captured {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
}

/// A text in place of a credential.
#[derive(Debug)]
pub(super) struct Marker {
    pub(super) text: String,
    /// The environment variable with the credential.
    pub(super) variable: &'static str,
    pub(super) is_basic: bool,
}

impl Marker {
    /// Replaces the marker where it is.
    pub(super) fn replace(&self, text: &str, by: &str) -> String {
        if self.is_basic {
            return text.replace(&encode_base64(format!("{}:", self.text).as_bytes()), by);
        }
        text.replace(&self.text, by)
    }

    fn is_in(&self, text: &str) -> bool {
        self.replace(text, "") != text
    }

    /// What a shell replaces by the credential, within double quotes.
    fn expansion(&self) -> String {
        if self.is_basic {
            return format!("$(printf %s \"${}:\" | base64 | tr -d '\\n')", self.variable);
        }
        format!("${{{}}}", self.variable)
    }
}

/// The command.
pub(super) fn format_curl(request: &Captured, markers: &[Marker]) -> String {
    let mut lines = vec![format!("curl -X {} {}", quote(&request.method, &[]), quote(&request.url, markers))];
    for (name, value) in &request.headers {
        // curl computes the length, and knows how to decompress only what it asked for itself.
        let is_own = ["content-length", "host", "accept-encoding"].contains(&name.as_str());
        if !is_own {
            lines.push(format!("-H {}", quote(&format!("{name}: {value}"), markers)));
        }
    }
    if !request.body.is_empty() {
        match std::str::from_utf8(&request.body) {
            Ok(text) if !text.contains('\0') => lines.push(format!("--data-raw {}", quote(text, &[]))),
            // A shell has no NUL, and no text that is not UTF-8.
            _ => {
                let bytes: String = request.body.iter().map(|byte| format!("\\{byte:03o}")).collect();
                lines = vec![format!("printf '{bytes}' | {}", lines.join(" \\\n  "))];
                lines.push("--data-binary @-".to_owned());
            }
        }
    }
    lines.join(" \\\n  ")
}

/// Quotes a text for a shell; markers become the variables of their credentials.
fn quote(text: &str, markers: &[Marker]) -> String {
    match markers.iter().find(|marker| marker.is_in(text)) {
        None if !text.is_empty() && text.bytes().all(is_plain) => text.to_owned(),
        None => format!("'{}'", text.replace('\'', "'\\''")),
        Some(_) => {
            let mut quoted = String::new();
            for char in text.chars() {
                if matches!(char, '"' | '\\' | '$' | '`') {
                    quoted.push('\\');
                }
                quoted.push(char);
            }
            let filled =
                markers.iter().fold(quoted, |text, marker| marker.replace(&text, &marker.expansion()));
            format!("\"{filled}\"")
        }
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_./:@%+=,".contains(&byte)
}

/// Base64 with padding (RFC 4648, section 4).
fn encode_base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4 {
            let index = (bits >> (18 - 6 * position)) & 63;
            let letter = ALPHABET.get(index as usize).copied().map_or('=', char::from);
            text.push(if position <= chunk.len() as u32 { letter } else { '=' });
        }
    }
    text
}
