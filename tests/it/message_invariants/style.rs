//! The invariant of the style sheet in the HTML part.

use super::message::{Token, attribute};
use super::{Damage, Invariant, Specimen, ensure};

pub(super) const INVARIANTS: &[Invariant] = &[Invariant {
    former_rule: "css-not-inlined",
    check: inlined,
    damage: &[
        Damage::Html("<style>", "<style>.intro { letter-spacing: 1px; }"),
        Damage::Html("<style>", "<style>@media print { p { color: red } } td.intro, x { letter-spacing: 1px; }"),
    ],
}];

/// Every rule outside an at-rule is in the `style` attributes of the elements it matches. Only rules with plain
/// selectors, a name and classes, are looked at: those are the ones every client applies.
fn inlined(specimen: &Specimen<'_>) -> Result<(), String> {
    let tokens = &specimen.message.tokens;
    let is_style = |token: &Token| matches!(token, Token::Start { name, .. } if name == "style");
    let sheets = tokens.windows(2).filter(|pair| is_style(&pair[0])).filter_map(|pair| match &pair[1] {
        Token::Text(sheet) => Some(sheet),
        _ => None,
    });
    for (selectors, block) in sheets.flat_map(|sheet| rules(sheet)) {
        let properties: Vec<&str> = block.split(';').filter_map(|one| Some(one.split_once(':')?.0.trim())).collect();
        for selector in selectors.split(',').map(str::trim).filter(|selector| is_plain(selector)) {
            for token in tokens {
                let Token::Start { name, attributes } = token else { continue };
                let style = attribute(attributes, "style").unwrap_or_default();
                let lacks = properties.iter().any(|property| !style.contains(property.split('-').next().unwrap_or("")));
                let is_meant = matches(selector, name, attribute(attributes, "class").unwrap_or_default());
                ensure(!is_meant || !lacks, || format!("`{selector} {{{block}}}` is not in <{name} style={style:?}>"))?;
            }
        }
    }
    Ok(())
}

/// Returns the selectors and blocks of the rules outside at-rules, as far as braces pair up.
fn rules(sheet: &str) -> Vec<(&str, &str)> {
    let (mut rules, mut rest) = (Vec::new(), sheet);
    while let Some((prelude, inside)) = rest.split_once('{') {
        let mut depth = 1;
        let end = inside.find(|letter| {
            depth += i32::from(letter == '{') - i32::from(letter == '}');
            depth == 0
        });
        let (block, after) = inside.split_at(end.unwrap_or(inside.len()));
        if !prelude.trim_start().starts_with('@') {
            rules.push((prelude, block));
        }
        rest = after.strip_prefix('}').unwrap_or_default();
    }
    rules
}

fn is_plain(selector: &str) -> bool {
    !selector.is_empty() && selector.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-')
}

fn matches(selector: &str, name: &str, classes: &str) -> bool {
    let mut parts = selector.split('.');
    let own_name = parts.next().unwrap_or_default();
    (own_name.is_empty() || own_name.eq_ignore_ascii_case(name))
        && parts.all(|class| classes.split_whitespace().any(|own| own == class))
}
