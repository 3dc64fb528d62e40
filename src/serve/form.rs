//! Reads the fields of a form: urlencoded, multipart or JSON. Pure, and never fails: what is no form has no fields.

use std::collections::HashMap;

/// The fields of a form, each once: of two with a name, the first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Form(HashMap<String, String>);

impl Form {
    /// Reads `body`, whose `Content-Type` is `content_type`.
    pub(super) fn read(content_type: &str, body: &[u8]) -> Self {
        let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        match kind.trim().to_ascii_lowercase().as_str() {
            "multipart/form-data" => {
                boundary(parameters).map(|boundary| multipart(&boundary, body)).unwrap_or_default()
            }
            "application/json" => json(body),
            _ => {
                Self::of(url::form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned())))
            }
        }
    }

    fn of(fields: impl Iterator<Item = (String, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in fields {
            form.0.entry(name).or_insert(value);
        }
        form
    }

    /// Returns the value of `name`; empty without one.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.trim())
    }
}

fn json(body: &[u8]) -> Form {
    let fields: HashMap<String, serde_json::Value> = serde_json::from_slice(body).unwrap_or_default();
    let text = |(name, value): (String, serde_json::Value)| Some((name, value.as_str()?.to_owned()));
    Form::of(fields.into_iter().filter_map(text))
}

/// Returns `boundary` among the parameters of a `Content-Type` (RFC 2046 section 5.1.1).
fn boundary(parameters: &str) -> Option<String> {
    let value = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    })?;
    (1..=70).contains(&value.len()).then_some(value)
}

/// Reads fields of `multipart/form-data` (RFC 7578).
fn multipart(boundary: &str, body: &[u8]) -> Form {
    let text = String::from_utf8_lossy(body);
    let delimiter = format!("--{boundary}");
    let field = |part: &str| {
        let (head, value) = part.split_once("\r\n\r\n").or_else(|| part.split_once("\n\n"))?;
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
        let name = line.split(';').find_map(|parameter| parameter.trim().strip_prefix("name="))?;
        let value = value.strip_suffix("\r\n").or_else(|| value.strip_suffix('\n')).unwrap_or(value);
        Some((name.trim_matches('"').to_owned(), value.to_owned()))
    };
    Form::of(text.split(delimiter.as_str()).skip(1).filter_map(field))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_form_is_read_in_each_of_its_kinds() {
        let multipart = "--b\r\nContent-Disposition: form-data; name=\"address\"\r\n\r\nada@example.org\r\n--b--\r\n";
        for (kind, body) in [
            ("application/x-www-form-urlencoded", "address=ada%40example.org&address=other"),
            ("application/x-www-form-urlencoded; charset=UTF-8", "x=+&address=+ada@example.org"),
            ("", "address=ada%40example.org"),
            ("multipart/form-data; boundary=\"b\"", multipart),
            ("Multipart/Form-Data; BOUNDARY=b", &multipart.replace("\r\n", "\n")),
            ("application/json", r#"{"address": "ada@example.org", "more": 1}"#),
        ] {
            assert_eq!(Form::read(kind, body.as_bytes()).get("address"), "ada@example.org", "{kind}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_some_form(
            kind in prop::sample::select(vec!["", "application/json", "multipart/form-data; boundary=b", "multipart/form-data"]),
            body in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let _ = Form::read(kind, &body).get("address");
        }
    }
}
