//! The bytes of a message as they are, header field by header field and part by part: rules about bytes cannot ask a
//! parser that forgives.

use std::borrow::Cow;

use crate::model::EmailAddress;

/// A header field as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// Its name, as written.
    pub(super) name: &'a str,
    /// What follows the colon, folds included, without the last line end.
    pub(super) written: &'a str,
}

impl<'a> Field<'a> {
    /// The value on one line.
    pub(super) fn value(&self) -> Cow<'a, str> {
        let value = self.written.trim();
        if value.contains(['\r', '\n']) { value.replace(['\r', '\n'], "").into() } else { value.into() }
    }

    /// How long its lines are, its name included.
    pub(super) fn lines(&self) -> impl Iterator<Item = usize> {
        let mut before = self.name.len() + 1;
        self.written.split("\r\n").map(move |line| std::mem::take(&mut before) + line.len())
    }

    /// The value of a parameter: `boundary` of `Content-Type`.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
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
    /// Its header, in order.
    pub(super) fields: Vec<Field<'a>>,
    /// Everything after the empty line.
    pub(super) body: &'a str,
}

impl<'a> Entity<'a> {
    /// Takes `text` apart.
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
                // A line that starts with a space goes on with the field (RFC 5322 2.2.3).
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

    /// The first field called `name`.
    pub(super) fn field(&self, name: &str) -> Option<Field<'a>> {
        self.fields_called(name).next()
    }

    /// Every field called `name`.
    pub(super) fn fields_called(&self, name: &str) -> impl Iterator<Item = Field<'a>> {
        self.fields.iter().copied().filter(move |field| field.name.eq_ignore_ascii_case(name))
    }

    /// The value of the first field called `name`.
    pub(super) fn value(&self, name: &str) -> Option<Cow<'a, str>> {
        self.field(name).map(|field| field.value())
    }

    /// The media type, lower case: `text/html`.
    pub(super) fn media_type(&self) -> String {
        let value = self.value("Content-Type").unwrap_or("text/plain".into());
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The boundary of its parts.
    pub(super) fn boundary(&self) -> Option<String> {
        self.field("Content-Type")?.parameter("boundary")
    }

    /// Its parts (RFC 2046 5.1.1).
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

/// The display name, as written, and the address of a header value that is one mailbox.
pub(super) fn mailbox(value: &str) -> Option<(String, EmailAddress)> {
    let value = value.trim();
    let (name, address) = match value.strip_suffix('>') {
        Some(rest) => rest.rsplit_once('<')?,
        None => ("", value),
    };
    // What a quoted name holds is nobody's address.
    let outside: String = name.split('"').step_by(2).collect();
    if outside.contains(['@', ',', ';', '<']) {
        return None;
    }
    Some((name.trim().to_owned(), EmailAddress::parse(address).ok()?))
}

/// The addresses of a `List-` header (RFC 2369, 2): each between `<` and `>`, commas between. `None` when it is written
/// in another way.
pub(super) fn list_addresses(value: &str) -> Option<Vec<String>> {
    if value.trim().is_empty() {
        return Some(Vec::new());
    }
    let address = |part: &str| {
        let inside = part.trim().strip_prefix('<')?.strip_suffix('>')?;
        let plain = !inside.contains([' ', '\t', '<', '>']) && inside.contains(':');
        plain.then(|| inside.to_owned())
    };
    value.split(',').map(address).collect()
}

/// The value of a tag in a list of them: `d` in a DKIM signature (RFC 6376, 3.2), white space taken out.
pub(super) fn tag(list: &str, name: &str) -> String {
    let tags = list.split(';').filter_map(|tag| tag.split_once('='));
    let value = tags.filter(|(own, _)| own.trim() == name).map(|(_, value)| value.split_whitespace().collect()).next();
    value.unwrap_or_default()
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
    fn what_is_no_message_is_read_all_the_same() {
        assert_eq!(Entity::read("").fields, []);
        assert_eq!(Entity::read("a\r\n\r\n").fields, [Field { name: "a", written: "" }]);
        assert_eq!(Entity::read("A: b\r\n\r\nbody").parts(), []);
    }
}
