//! Moves the rules for Outlook on the web and on phones into a `style` element of their own, so that a client that
//! rejects an element for selectors it does not know loses only these.

/// Attributes Outlook puts around a letter in the dark, for the colours (`ogsc`) and the backgrounds (`ogsb`) it changed.
const MARK: &str = "[data-ogs";

/// Returns `html` with its `style` element split where the rules for Outlook begin, if no others follow.
pub(super) fn apart(html: &str) -> String {
    let split = html.find("</style>").and_then(|end| {
        let start = html[..end].find(MARK)?;
        let is_last = html[start..end].split('}').map(str::trim).all(|rule| rule.is_empty() || rule.starts_with(MARK));
        is_last.then_some(start)
    });
    match split {
        Some(start) => format!("{}</style><style>{}", html[..start].trim_end(), &html[start..]),
        None => html.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_for_outlook_have_an_element_of_their_own_if_they_are_the_last() {
        let cases = [
            (
                "<style>p { } [data-ogsc] p { } [data-ogsb] p { }</style>",
                "<style>p { }</style><style>[data-ogsc] p { } [data-ogsb] p { }</style>",
            ),
            ("<style>[data-ogsc] p { } p { }</style>", "<style>[data-ogsc] p { } p { }</style>"),
            ("<style>p { }</style>[data-ogsc]", "<style>p { }</style>[data-ogsc]"),
            ("<p>", "<p>"),
        ];
        for (html, expected) in cases {
            assert_eq!(apart(html), expected);
        }
    }
}
