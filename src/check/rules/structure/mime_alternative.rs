//! `mime-alternative`: see [`RULE`].

use crate::check::mime::Entity;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "mime-alternative",
    level: CheckLevel::Error,
    what: "The message is `multipart/alternative`: the text part first, the HTML part last, each once.",
    why: "Programs show the last part they understand; SpamAssassin scores a message without a text part.",
    example: "a message with an HTML part only",
    source: "RFC 2046, 5.1.4; SpamAssassin MIME_HTML_ONLY",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let message = &subject.messages[0];
    let kind = message.media_type();
    let parts: Vec<String> = message.parts().iter().map(Entity::media_type).collect();
    if kind == "multipart/alternative" && parts == ["text/plain", "text/html"] {
        return Vec::new();
    }
    let parts = if parts.is_empty() { String::new() } else { format!(" of {}", parts.join(", ")) };
    vec![Finding::new(format!("the message is `{kind}`{parts}, not text and HTML as alternatives"))]
}
