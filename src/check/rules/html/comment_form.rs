//! `html-comment-form`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "html-comment-form",
    level: CheckLevel::Error,
    what: "Conditional comments have one of the two forms that survive: `<!--[if mso]>…<![endif]-->` and `<!--[if !mso]><!-->…<!--<![endif]-->`.",
    why: "Others are rewritten on the way, and then Outlook shows both layouts, or every client shows Outlook's.",
    example: "<![if !mso]>",
    source: "github.com/mjmlio/mjml, 2835; WHATWG HTML, bogus comments",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut shown_to_others = 0_i32;
    for aside in &subject.document.asides {
        let inside = aside.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
        let is_conditional = aside.contains("[if") || aside.contains("[endif]");
        let right = match inside {
            Some(inside) if inside.starts_with("[if ") => {
                let condition = inside.split(']').next().unwrap_or_default();
                let closed = inside.ends_with("<![endif]") && inside.matches("[endif]").count() == 1;
                let opens = inside.ends_with("]><!");
                shown_to_others += i32::from(opens);
                (closed || opens) && !condition.ends_with(' ') && inside.contains("]>")
            }
            Some("<![endif]") => {
                shown_to_others -= 1;
                true
            }
            _ => !is_conditional,
        };
        if !right {
            found.push(Finding::new(format!("a conditional comment that clients rewrite: {}", quoted(aside))));
        }
    }
    if shown_to_others != 0 {
        found.push(Finding::new("`<!--[if …]><!-->` and `<!--<![endif]-->` do not pair up"));
    }
    found
}
