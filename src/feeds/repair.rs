//! Repairs XML that is not well formed: tags that are not closed, references that do not exist, `&` and `<` as words,
//! characters that XML forbids, words before and after the feed. Old and mixed dialects become Atom 1.0 and RSS 2.0.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::page::markup::Markup;

/// The namespace of Atom.
const ATOM: &str = "http://www.w3.org/2005/Atom";

/// Namespaces that feeds use without declaring them.
const NAMESPACES: [(&str, &str); 6] = [
    ("atom", ATOM),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    ("media", "http://search.yahoo.com/mrss/"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
];

/// Named references that are looked up; later ones stay as they are written.
const MOST_NAMES: usize = 1000;

/// The deepest nesting; what is deeper is left out.
const DEEPEST: usize = 200;

/// Returns the XML `text`, which is decoded, without an XML declaration: that may name another encoding.
pub(super) fn without_declaration(text: &str) -> &str {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let Some(rest) = text.strip_prefix("<?xml") else { return text };
    rest.find("?>").map_or(text, |end| rest[end + 2..].trim_start())
}

/// Returns `text` as well-formed XML.
pub(super) fn repaired(text: &str) -> String {
    let mut repair = Repair::default();
    let mut rest = &text[text.find('<').unwrap_or(text.len())..];
    while !rest.is_empty() {
        rest = repair.step(rest);
    }
    while let Some(name) = repair.open.pop() {
        repair.write_end(name);
    }
    repair.written
}

#[derive(Default)]
struct Repair<'a> {
    written: String,
    open: Vec<&'a str>,
    /// The prefix of the names of RSS, with its colon.
    prefix: &'a str,
    /// Whether the root element is closed: what follows is left out.
    is_done: bool,
    names: HashMap<&'a str, Option<String>>,
}

impl<'a> Repair<'a> {
    /// Repairs the beginning of `rest` and returns what is behind it.
    fn step(&mut self, rest: &'a str) -> &'a str {
        let after = |end: Option<usize>, length: usize| end.map_or("", |end| &rest[end + length..]);
        if !rest.starts_with('<') {
            let end = rest.find('<').unwrap_or(rest.len());
            self.write_text(&rest[..end], true);
            return &rest[end..];
        }
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let end = data.find("]]>").unwrap_or(data.len());
            self.write_text(&data[..end], false);
            return data.get(end + 3..).unwrap_or_default();
        }
        if rest.starts_with("<!--") {
            return after(rest.find("-->"), 3);
        }
        if rest.starts_with("<?") {
            return after(rest.find("?>"), 2);
        }
        if rest.starts_with("<!") {
            let end = rest.find('>');
            let has_subset = end.is_some_and(|end| rest[..end].contains('['));
            return if has_subset { after(rest.find("]>"), 2) } else { after(end, 1) };
        }
        let Some((mut tag, behind)) = Tag::read(rest) else {
            self.write_text("<", false);
            return &rest[1..];
        };
        if self.open.is_empty() && !self.is_done && tag.name.ends_with(":rss") {
            self.prefix = &tag.name[..tag.name.len() - "rss".len()];
        }
        tag.name = tag.name.strip_prefix(self.prefix).unwrap_or(tag.name);
        // HTML that is no text has elements that nobody closes.
        let is_void = ["br", "hr", "img"].contains(&tag.name.to_ascii_lowercase().as_str());
        match tag.kind {
            TagKind::End => self.end(tag.name),
            TagKind::Start if is_void => {}
            TagKind::Start | TagKind::Empty => self.start(&tag),
        }
        behind
    }

    fn start(&mut self, tag: &Tag<'a>) {
        if self.is_done || (self.open.len() >= DEEPEST && tag.kind == TagKind::Start) {
            return;
        }
        // An item begins where the one before was not closed.
        if let "item" | "entry" = tag.name
            && let Some(depth) = self.open.iter().rposition(|open| *open == tag.name)
        {
            self.close_to(depth);
        }
        if self.open.first() == Some(&"rss")
            && let Some(address) = address_of_atom_link(tag)
        {
            self.written.push_str("<link>");
            self.write_escaped(address, true);
            self.written.push_str("</link>");
            return;
        }
        self.written.extend(["<", tag.name]);
        let is_root = self.open.is_empty();
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in &tag.attributes {
            // RSS has no namespace; every version of it is read as the last one, and every draft of Atom as Atom.
            let is_of_rss = is_root && tag.name == "rss" && ["version", "xmlns"].contains(name);
            let is_of_atom = is_root && tag.name == "feed" && *name == "xmlns";
            if seen.contains(name) || is_of_rss || is_of_atom {
                continue;
            }
            seen.push(name);
            let is_draft = name.starts_with("xmlns") && value.starts_with("http://purl.org/atom/ns#");
            self.written.extend([" ", name, "=\""]);
            self.write_escaped(if is_draft { ATOM } else { value }, true);
            self.written.push('"');
        }
        if is_root {
            if tag.name == "feed" {
                self.written.extend([" xmlns=\"", ATOM, "\""]);
            }
            if tag.name == "rss" {
                self.written.push_str(" version=\"2.0\"");
            }
            for (prefix, space) in NAMESPACES {
                if !seen.contains(&format!("xmlns:{prefix}").as_str()) {
                    self.written.extend([" xmlns:", prefix, "=\"", space, "\""]);
                }
            }
        }
        if tag.kind == TagKind::Empty {
            self.written.push_str("/>");
            self.is_done = is_root;
        } else {
            self.written.push('>');
            self.open.push(tag.name);
        }
    }

    fn end(&mut self, name: &str) {
        // The end of something that was not begun is left out.
        if let Some(depth) = self.open.iter().rposition(|open| *open == name) {
            self.close_to(depth);
            self.is_done = self.open.is_empty();
        }
    }

    fn close_to(&mut self, depth: usize) {
        for name in self.open.split_off(depth).into_iter().rev() {
            self.write_end(name);
        }
    }

    fn write_end(&mut self, name: &str) {
        self.written.extend(["</", name, ">"]);
    }

    /// Writes text inside of the root. `has_references`: `&` begins a reference.
    fn write_text(&mut self, text: &'a str, has_references: bool) {
        if !self.open.is_empty() {
            self.write_escaped(text, has_references);
        }
    }

    fn write_escaped(&mut self, text: &'a str, has_references: bool) {
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let reference = if has_references && character == '&' { self.reference(rest) } else { None };
            if let Some((decoded, length)) = reference {
                decoded.chars().for_each(|character| self.write_character(character));
                rest = &rest[length..];
            } else {
                self.write_character(character);
                rest = &rest[character.len_utf8()..];
            }
        }
    }

    fn write_character(&mut self, character: char) {
        match character {
            '&' => self.written.push_str("&amp;"),
            '<' => self.written.push_str("&lt;"),
            '>' => self.written.push_str("&gt;"),
            '"' => self.written.push_str("&quot;"),
            '\t' | '\n' | '\r' => self.written.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => self.written.push(character),
        }
    }

    /// Returns what the reference at the beginning of `text` stands for, and its length.
    fn reference(&mut self, text: &'a str) -> Option<(Cow<'a, str>, usize)> {
        let end = text.bytes().take(34).position(|byte| byte == b';')?;
        let name = text.get(1..end)?;
        let length = end + 1;
        if let Some(number) = name.strip_prefix('#') {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            return Some((Cow::Owned(char::from_u32(code)?.to_string()), length));
        }
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        if !self.names.contains_key(name) {
            if self.names.len() == MOST_NAMES {
                return None;
            }
            let decoded = Markup::parse(&text[..length]).texts.iter().map(|text| &*text.content).collect::<String>();
            self.names.insert(name, Some(decoded).filter(|decoded| decoded != &text[..length]));
        }
        self.names.get(name).cloned().flatten().map(|decoded| (Cow::Owned(decoded), length))
    }
}

/// Returns the address of a link that is written as in Atom, without its namespace.
fn address_of_atom_link<'a>(tag: &Tag<'a>) -> Option<&'a str> {
    let attribute = |wanted: &str| tag.attributes.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    let is_page =
        tag.kind == TagKind::Empty && tag.name == "link" && attribute("rel").is_none_or(|rel| rel == "alternate");
    attribute("href").filter(|_| is_page)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TagKind {
    Start,
    Empty,
    End,
}

struct Tag<'a> {
    kind: TagKind,
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || "_:.-".contains(character)
}

impl<'a> Tag<'a> {
    /// Reads the tag at the beginning of `text`, and returns what is behind it; `None` for `<` as a word.
    fn read(text: &'a str) -> Option<(Self, &'a str)> {
        let (rest, is_end) = match text[1..].strip_prefix('/') {
            Some(rest) => (rest, true),
            None => (&text[1..], false),
        };
        let length = rest.find(|character| !is_name(character)).unwrap_or(rest.len());
        let (name, mut rest) = rest.split_at(length);
        if !name.starts_with(|first: char| first.is_alphabetic() || first == '_') {
            return None;
        }
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start();
            let Some(next) = rest.chars().next() else { break };
            match next {
                '>' => {
                    let kind = if is_end { TagKind::End } else { TagKind::Start };
                    return Some((Self { kind, name, attributes }, &rest[1..]));
                }
                '/' if rest[1..].starts_with('>') => {
                    let kind = if is_end { TagKind::End } else { TagKind::Empty };
                    return Some((Self { kind, name, attributes }, &rest[2..]));
                }
                // The tag was never closed.
                '<' => break,
                _ if is_name(next) => {
                    let length = rest.find(|character| !is_name(character)).unwrap_or(rest.len());
                    let (key, behind) = rest.split_at(length);
                    let (value, behind) = value(behind);
                    if key.starts_with(|first: char| first.is_alphabetic() || first == '_') {
                        attributes.push((key, value));
                    }
                    rest = behind;
                }
                other => rest = &rest[other.len_utf8()..],
            }
        }
        let kind = if is_end { TagKind::End } else { TagKind::Start };
        Some((Self { kind, name, attributes }, rest))
    }
}

/// Reads `= "value"`, with or without quotes, and returns the value and what is behind it.
fn value(text: &str) -> (&str, &str) {
    let Some(rest) = text.trim_start().strip_prefix('=') else { return ("", text) };
    let rest = rest.trim_start();
    if let Some(quote) = rest.chars().next().filter(|first| "\"'".contains(*first)) {
        let inside = &rest[1..];
        let end = inside.find(quote).unwrap_or_else(|| inside.find('>').unwrap_or(inside.len()));
        let behind = &inside[end..];
        return (&inside[..end], behind.strip_prefix(quote).unwrap_or(behind));
    }
    let end = rest.find(|character: char| character.is_whitespace() || character == '>').unwrap_or(rest.len());
    let end = if rest[..end].ends_with('/') && rest[end..].starts_with('>') { end - 1 } else { end };
    rest.split_at(end)
}
