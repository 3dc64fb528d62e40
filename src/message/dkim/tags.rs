//! Parses the `tag=value` lists of signatures and key records (RFC 6376 3.2).

/// A list taken apart, in its order.
pub(super) struct Tags<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Tags<'a> {
    /// Takes `text` apart. White space around names and values is not part of them.
    ///
    /// Errors with what makes it no such list: something without `=`, a tag that stands twice.
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        let mut tags: Vec<(&str, &str)> = Vec::new();
        // The last `;` may be left out, so what follows it may be nothing.
        for part in text.trim_end().trim_end_matches(';').split(';') {
            let Some((name, value)) = part.split_once('=') else {
                return Err(format!("`{}` is not a `tag=value`", part.trim()));
            };
            let name = name.trim();
            if tags.iter().any(|(other, _)| *other == name) {
                return Err(format!("`{name}=` appears twice"));
            }
            tags.push((name, value.trim()));
        }
        Ok(Self(tags))
    }

    /// The value of `name`.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }

    /// The name of the first tag.
    pub(super) fn first(&self) -> Option<&'a str> {
        self.0.first().map(|(name, _)| *name)
    }
}

/// The words of a list such as `h=from : to`.
pub(super) fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split(':').map(str::trim)
}

/// `value` in base64, in which white space may stand anywhere.
pub(super) fn base64(value: &str) -> Option<Vec<u8>> {
    let dense: String = value.split_whitespace().collect();
    data_encoding::BASE64.decode(dense.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_taken_apart() {
        let tags = Tags::parse(" v=1 ; h=from : to;\r\n b = ab=\t=; ").unwrap();
        assert_eq!((tags.first(), tags.get("b"), tags.get("x")), (Some("v"), Some("ab=\t="), None));
        assert_eq!(words(tags.get("h").unwrap()).collect::<Vec<_>>(), ["from", "to"]);
        assert_eq!((base64("YWJj\r\n ZA=="), base64("YWJ")), (Some(b"abcd".to_vec()), None));
        for (text, why) in [
            ("a=1; a=2", "`a=` appears twice"),
            ("a=1;; b=2", "`` is not a `tag=value`"),
            ("", "`` is not a `tag=value`"),
        ] {
            assert_eq!(Tags::parse(text).err().as_deref(), Some(why), "{text}");
        }
    }
}
