//! `mime-line-qp`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "mime-line-qp",
    level: CheckLevel::Warn,
    what: "Lines in quoted-printable are at most 76 characters long.",
    why: "The encoding says so, and SpamAssassin looks.",
    example: "a quoted-printable line of 100 characters",
    source: "RFC 2045, 6.7; SpamAssassin MIME_QP_LONG_LINE",
    check: Check::Issue(check),
};

/// The soft line break included.
const LONGEST: usize = 76;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let wrong = subject.messages[0].parts().into_iter().filter_map(|part| {
        let encoding = part.value("Content-Transfer-Encoding")?;
        let longest = part.body.split("\r\n").map(str::len).max().unwrap_or(0);
        (encoding.eq_ignore_ascii_case("quoted-printable") && longest > LONGEST).then(|| {
            let kind = part.media_type();
            Finding::new(format!("a quoted-printable line of the `{kind}` part is {longest} characters long"))
        })
    });
    wrong.collect()
}
