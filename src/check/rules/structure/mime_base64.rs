//! `mime-base64`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "mime-base64",
    level: CheckLevel::Warn,
    what: "Text that is mostly ASCII is not sent as base64.",
    why: "It takes a third more bytes and hides what it says, which SpamAssassin scores with 1.7.",
    example: "Content-Transfer-Encoding: base64 for an English text",
    source: "SpamAssassin MIME_BASE64_TEXT",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let texts = [("text/plain", subject.text()), ("text/html", subject.html())];
    let wrong = subject.messages[0].parts().into_iter().filter_map(|part| {
        let encoded = part.value("Content-Transfer-Encoding").is_some_and(|own| own.eq_ignore_ascii_case("base64"));
        let (kind, text) = texts.into_iter().find(|(kind, _)| *kind == part.media_type())?;
        let ascii = text.chars().filter(char::is_ascii).count();
        (encoded && 10 * ascii > 9 * text.chars().count())
            .then(|| Finding::new(format!("the `{kind}` part is base64 although it is ASCII but for a little")))
    });
    wrong.collect()
}
