//! Splits a message into what invariants look at: header fields and parts undecoded, both texts as another program
//! decodes them, and the tags of the HTML by a strict reader of its own.

use mail_parser::MessageParser;

/// A message.
#[derive(Clone)]
pub(super) struct Message {
    /// All of it.
    pub(super) raw: String,
    /// Names and values of its header fields, folds included.
    pub(super) fields: Vec<(String, String)>,
    /// The text after the header.
    pub(super) body: String,
    /// The text part, decoded.
    pub(super) text: String,
    /// The HTML part, decoded.
    pub(super) html: String,
    /// The HTML part, cut at its tags.
    pub(super) tokens: Vec<Token>,
}

/// A stretch of HTML.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Start {
        name: String,
        attributes: Vec<(String, String)>,
    },
    End(String),
    Text(String),
    /// A comment or the doctype, as written.
    Aside(String),
}

impl Message {
    pub(super) fn parse(raw: &str) -> Self {
        let parsed = MessageParser::default().parse(raw.as_bytes()).unwrap();
        let part = |body: Option<std::borrow::Cow<'_, str>>| body.unwrap_or_default().replace("\r\n", "\n");
        let (text, html) = (part(parsed.body_text(0)), part(parsed.body_html(0)));
        let (header, body) = raw.split_once("\r\n\r\n").unwrap();
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in header.split("\r\n") {
            match fields.last_mut() {
                Some((_, value)) if line.starts_with([' ', '\t']) => value.extend(["\r\n", line]),
                _ => {
                    let (name, value) = line.split_once(':').unwrap();
                    fields.push((name.to_owned(), value.to_owned()));
                }
            }
        }
        let tokens = tokens(&html);
        Self { raw: raw.to_owned(), fields, body: body.to_owned(), text, html, tokens }
    }

    pub(super) fn with_header(&self, name: &str, value: &str) -> Self {
        let mut fields = self.fields.clone();
        fields.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        if !value.is_empty() {
            fields.push((name.to_owned(), format!(" {value}")));
        }
        let header: Vec<String> = fields.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        Self::parse(&format!("{}\r\n\r\n{}", header.join("\r\n"), self.body))
    }

    pub(super) fn with_html(&self, html: String) -> Self {
        Self { tokens: tokens(&html), html, ..self.clone() }
    }

    /// Returns the unfolded value of the only header field called `name`, or why there is no such value.
    pub(super) fn value(&self, name: &str) -> Result<String, String> {
        match self.values(name).as_slice() {
            [value] => Ok(value.clone()),
            values => Err(format!("{} `{name}` fields", values.len())),
        }
    }

    /// Returns the unfolded values of all header fields called `name`.
    pub(super) fn values(&self, name: &str) -> Vec<String> {
        let own = self.fields.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        own.map(|(_, value)| value.replace("\r\n", "").trim().to_owned()).collect()
    }

    /// Returns the URLs of a `List-` header, each between `<` and `>` and separated by commas (RFC 2369, 2).
    pub(super) fn urls(&self, name: &str) -> Result<Vec<String>, String> {
        let value = self.value(name)?;
        let mut urls = Vec::new();
        let mut rest = value.as_str();
        loop {
            let inside = rest.trim_start().strip_prefix('<').and_then(|inside| inside.split_once('>'));
            let Some((url, after)) = inside else { return Err(format!("`{name}` is malformed: {value}")) };
            if url.contains([' ', '\t', '<']) || !url.contains(':') {
                return Err(format!("`{name}` has a malformed URL: {url}"));
            }
            urls.push(url.to_owned());
            match after.trim().strip_prefix(',') {
                Some(after) => rest = after,
                None if after.trim().is_empty() => return Ok(urls),
                None => return Err(format!("`{name}` is malformed: {value}")),
            }
        }
    }

    /// Returns the parts of the body, each with its header and without its line end (RFC 2046, 5.1.1).
    pub(super) fn parts(&self) -> Result<Vec<(String, String)>, String> {
        let kind = self.value("Content-Type")?;
        let boundary = kind.split_once("boundary=\"").and_then(|(_, rest)| rest.split_once('"'));
        let (boundary, _) = boundary.ok_or("no boundary")?;
        let inside = self.body.split(&format!("--{boundary}")).collect::<Vec<_>>();
        let [_, parts @ .., end] = inside.as_slice() else { return Err("no parts".to_owned()) };
        if !end.starts_with("--") {
            return Err("the last boundary does not end the parts".to_owned());
        }
        let parts = parts.iter().map(|part| {
            let part = part.strip_prefix("\r\n").and_then(|part| part.strip_suffix("\r\n"));
            let (header, body) = part.and_then(|part| part.split_once("\r\n\r\n")).ok_or("a part without header")?;
            Ok((header.to_owned(), body.to_owned()))
        });
        parts.collect()
    }

    /// Returns the attributes of every element called one of `names`.
    pub(super) fn elements<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a [(String, String)]> {
        self.tokens.iter().filter_map(move |token| match token {
            Token::Start { name, attributes } if names.contains(&name.as_str()) => Some(attributes.as_slice()),
            _ => None,
        })
    }
}

/// Returns the value of the attribute `name`.
pub(super) fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

/// Cuts HTML at its tags. It reads what a serializer writes: lower case, every value in double quotes.
fn tokens(html: &str) -> Vec<Token> {
    let (mut tokens, mut rest) = (Vec::new(), html);
    while !rest.is_empty() {
        let inside_style = matches!(tokens.last(), Some(Token::Start { name, .. }) if name == "style");
        let end = match () {
            () if inside_style => rest.find("</style").unwrap_or(rest.len()),
            () if rest.starts_with("<!--") => rest.find("-->").map_or(rest.len(), |end| end + 3),
            () if rest.starts_with('<') => tag_end(rest),
            () => rest.find('<').unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(end);
        rest = after;
        tokens.push(match token.strip_prefix('<').filter(|_| !inside_style) {
            None => Token::Text(token.to_owned()),
            Some(inside) if inside.starts_with('!') => Token::Aside(token.to_owned()),
            Some(inside) => match inside.strip_prefix('/') {
                Some(name) => Token::End(name.trim_end_matches('>').to_owned()),
                None => start(inside.trim_end_matches('>')),
            },
        });
    }
    tokens
}

fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    for (at, character) in tag.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '>' if !quoted => return at + 1,
            _ => {}
        }
    }
    tag.len()
}

fn start(inside: &str) -> Token {
    let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
    let mut attributes = Vec::new();
    while let Some((name, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"').unwrap_or((after, ""));
        attributes.push((name.trim().to_owned(), unescaped(value)));
        rest = after;
    }
    Token::Start { name: name.to_owned(), attributes }
}

/// Returns the text that escaped text stands for.
pub(super) fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}
