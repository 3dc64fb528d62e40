//! Splits a message into header fields and parts without decoding anything: rules about bytes cannot use a parser that
//! forgives mistakes.

use std::borrow::Cow;

/// A header field as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// The text after the colon, with folds, without the last line end.
    pub(super) written: &'a str,
}

impl<'a> Field<'a> {
    /// Returns the value, unfolded.
    pub(super) fn value(&self) -> Cow<'a, str> {
        let value = self.written.trim();
        if value.contains(['\r', '\n']) { value.replace(['\r', '\n'], "").into() } else { value.into() }
    }

    /// Returns the lengths of its lines, including its name.
    pub(super) fn lines(&self) -> impl Iterator<Item = usize> {
        let mut before = self.name.len() + 1;
        self.written.split("\r\n").map(move |line| std::mem::take(&mut before) + line.len())
    }

    /// Returns the value of a parameter, such as `boundary` of `Content-Type`.
    fn parameter(&self, name: &str) -> Option<String> {
        let value = self.value();
        value.split(';').skip(1).find_map(|parameter| {
            let (own, value) = parameter.split_once('=')?;
            own.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
        })
    }
}

/// A message, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entity<'a> {
    /// Its header fields, in order.
    pub(super) fields: Vec<Field<'a>>,
    /// The text after the empty line.
    pub(super) body: &'a str,
}

impl<'a> Entity<'a> {
    /// Splits `text`.
    pub(super) fn read(text: &'a str) -> Self {
        let (header, body) = match text.find("\r\n\r\n") {
            _ if text.starts_with("\r\n") => ("", &text[2..]),
            Some(end) => (&text[..end], &text[end + 4..]),
            None => (text, ""),
        };
        let mut fields = Vec::new();
        let mut at = 0;
        while at < header.len() {
            let mut end = at;
            loop {
                end += header[end..].find("\r\n").unwrap_or(header.len() - end);
                // A line that starts with a space continues the field (RFC 5322 2.2.3).
                if !header[end..].starts_with("\r\n ") && !header[end..].starts_with("\r\n\t") {
                    break;
                }
                end += 2;
            }
            let (name, written) = header[at..end].split_once(':').unwrap_or((&header[at..end], ""));
            fields.push(Field { name, written });
            at = end + 2;
        }
        Self { fields, body }
    }

    /// Returns the first field called `name`.
    fn field(&self, name: &str) -> Option<Field<'a>> {
        self.fields.iter().copied().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// Returns the value of the first field called `name`.
    pub(super) fn value(&self, name: &str) -> Option<Cow<'a, str>> {
        self.field(name).map(|field| field.value())
    }

    /// Returns the media type in lower case, such as `text/html`.
    pub(super) fn media_type(&self) -> String {
        let value = self.value("Content-Type").unwrap_or("text/plain".into());
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Returns the boundary of its parts.
    fn boundary(&self) -> Option<String> {
        self.field("Content-Type")?.parameter("boundary")
    }

    /// Returns its parts (RFC 2046 5.1.1).
    pub(super) fn parts(&self) -> Vec<Entity<'a>> {
        let Some(delimiter) = self.boundary().map(|boundary| format!("--{boundary}")) else { return Vec::new() };
        let mut starts: Vec<usize> = self.body.match_indices(&delimiter).map(|(at, _)| at).collect();
        starts.retain(|&at| at == 0 || self.body[..at].ends_with("\r\n"));
        starts
            .windows(2)
            .map(|pair| {
                let inside = &self.body[pair[0] + delimiter.len()..pair[1]];
                let inside = inside.find("\r\n").map_or("", |end| &inside[end + 2..]);
                Entity::read(inside.strip_suffix("\r\n").unwrap_or(inside))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_its_fields_and_parts() {
        let text = "From: a\r\nTo: b,\r\n c\r\nContent-Type: multipart/alternative;\r\n boundary=\"x y\"\r\n\r\n\
                    before\r\n--x y\r\nContent-Type: Text/Plain; charset=utf-8\r\n\r\none\r\n--x y\r\n\r\ntwo\r\n--x y--\r\n";
        let message = Entity::read(text);
        assert_eq!(message.fields.iter().map(|field| field.name).collect::<Vec<_>>(), ["From", "To", "Content-Type"]);
        assert_eq!(message.value("to").as_deref(), Some("b, c"));
        let parts = message.parts();
        let read: Vec<_> = parts.iter().map(|part| (part.media_type(), part.body)).collect();
        assert_eq!(read, [("text/plain".to_owned(), "one"), ("text/plain".to_owned(), "two")]);
        assert_eq!(
            parts[0].field("Content-Type").and_then(|field| field.parameter("charset")).as_deref(),
            Some("utf-8")
        );
    }

    #[test]
    fn text_that_is_not_a_message_is_read_all_the_same() {
        assert_eq!(Entity::read("").fields, []);
        assert_eq!(Entity::read("a\r\n\r\n").fields, [Field { name: "a", written: "" }]);
        assert_eq!(Entity::read("A: b\r\n\r\nbody").parts(), []);
    }
}
