//! Style sheets, taken apart and written again without what a client does not know.

use super::Client;
use super::habits::Fate;

/// A statement of a style sheet.
#[derive(Debug, PartialEq, Eq)]
enum Statement<'a> {
    /// What stands before `{` and what stands between it and its `}`.
    Block(&'a str, &'a str),
    /// `@import ...;`
    Line(&'a str),
}

/// Whether a group of rules holds another one.
pub(super) fn has_nested_at_rule(css: &str) -> bool {
    statements(css).any(|statement| match statement {
        Statement::Block(prelude, block) if prelude.starts_with('@') => {
            statements(block).any(|inner| matches!(inner, Statement::Block(prelude, _) if prelude.starts_with('@')))
        }
        _ => false,
    })
}

/// The style sheet `css` as `client` reads it.
pub(super) fn as_read(css: &str, client: Client) -> String {
    let mut written = String::with_capacity(css.len());
    for statement in statements(css) {
        match statement {
            Statement::Line(line) => {
                if client.knows_at_rule(&line.to_ascii_lowercase()) {
                    written.push_str(line);
                    written.push_str(";\n");
                }
            }
            Statement::Block(prelude, block) if prelude.starts_with('@') => {
                let name = prelude.to_ascii_lowercase();
                if !client.knows_at_rule(&name) {
                    continue;
                }
                let is_group = ["@media", "@supports", "@layer"].iter().any(|group| name.starts_with(group));
                let block = if is_group { as_read(block, client) } else { block.to_owned() };
                written.extend([prelude, " {\n", &block, "}\n"]);
            }
            Statement::Block(selectors, block) => rule(selectors, block, client, &mut written),
        }
    }
    written
}

/// The declarations of a `style` attribute on `element`, as `client` reads them.
pub(super) fn style_as_read(style: &str, element: &str, client: Client) -> String {
    let holds = |declaration: &&str| match fate(declaration, client, true) {
        Fate::Holds => true,
        Fate::Gone => false,
        Fate::Only(elements) => elements.contains(&element),
        Fate::Except(elements) => !elements.contains(&element),
    };
    declarations(style).filter(holds).collect::<Vec<_>>().join(";")
}

/// One rule: as many as there are kinds of elements its declarations reach.
fn rule(selectors: &str, block: &str, client: Client, written: &mut String) {
    let known: Vec<&str> = parts(selectors, ',').filter(|selector| client.knows_selector(selector)).collect();
    if known.is_empty() {
        return;
    }
    let mut kinds: Vec<(Fate, Vec<&str>)> = Vec::new();
    for declaration in declarations(block) {
        let fate = fate(declaration, client, false);
        match kinds.iter_mut().find(|(kind, _)| *kind == fate) {
            Some((_, declarations)) => declarations.push(declaration),
            None => kinds.push((fate, vec![declaration])),
        }
    }
    for (kind, declarations) in kinds {
        // `:where` adds nothing to a selector's weight.
        let reach = match kind {
            Fate::Gone => continue,
            Fate::Holds => String::new(),
            Fate::Only(elements) => format!(":where({})", elements.join(",")),
            Fate::Except(elements) => format!(":where(:not({}))", elements.join(",")),
        };
        let selectors: Vec<String> = known.iter().map(|selector| format!("{selector}{reach}")).collect();
        written.extend([selectors.join(", ").as_str(), " { ", &declarations.join("; "), " }\n"]);
    }
}

fn fate(declaration: &str, client: Client, inline: bool) -> Fate {
    let Some((property, value)) = declaration.split_once(':') else { return Fate::Gone };
    client.fate(&property.trim().to_ascii_lowercase(), &value.trim().to_ascii_lowercase(), inline)
}

fn declarations(block: &str) -> impl Iterator<Item = &str> {
    parts(block, ';').filter(|part| !part.is_empty())
}

/// The parts of `text` between separators outside strings and parentheses, without the spaces around them.
fn parts(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = find_outside(text, &[separator]);
        rest = end.map(|end| &text[end + 1..]);
        Some(text[..end.unwrap_or(text.len())].trim())
    })
}

/// The statements of a style sheet; what has no end is passed over, as is a comment between two of them.
fn statements(css: &str) -> impl Iterator<Item = Statement<'_>> {
    let mut rest = css;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start_matches(|character: char| character.is_whitespace() || character == '}');
            let Some(comment) = rest.strip_prefix("/*") else { break };
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
        }
        let end = find_outside(rest, &['{', ';'])?;
        let (prelude, after) = (rest[..end].trim(), &rest[end + 1..]);
        if rest.as_bytes()[end] == b';' {
            rest = after;
            return Some(Statement::Line(prelude));
        }
        let close = closing(after);
        rest = after.get(close + 1..).unwrap_or_default();
        Some(Statement::Block(prelude, after[..close].trim()))
    })
}

/// Where the block that `text` is inside of closes.
fn closing(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(found) = find_outside(&text[at..], &['{', '}']) {
        at += found;
        match (text.as_bytes()[at], depth) {
            (b'{', _) => depth += 1,
            (_, 0) => return at,
            _ => depth -= 1,
        }
        at += 1;
    }
    text.len()
}

/// Where one of `wanted`, all ASCII, first stands outside strings, comments and parentheses.
fn find_outside(text: &str, wanted: &[char]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        match character {
            '"' | '\'' => {
                let inside = &text[at + 1..];
                at += 1 + inside.find(character).unwrap_or(inside.len());
            }
            '/' if text[at..].starts_with("/*") => at += text[at..].find("*/").map_or(text.len() - at, |end| end + 1),
            // Looked for before parentheses: one may be what is wanted, and an open one ends with its block.
            _ if depth == 0 && wanted.contains(&character) => return Some(at),
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        if at >= text.len() {
            return None;
        }
    }
    None
}
