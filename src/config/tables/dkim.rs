//! Reads `[dkim]`.

use std::path::Path;

use crate::config::secret_source;
use crate::config::settings::DkimSettings;
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::quote;
use crate::model::EmailAddress;
use crate::toml::Table;

/// Returns how messages are signed. `sender` is the domain of the `From` header, when that is known.
pub(in crate::config) fn read(table: &Table<'_>, sender: Option<&str>, root: &Path) -> Option<DkimSettings> {
    table
        .require(&[("selector", "selector = \"nl2026\""), ("key", "key = { file = \".newsletter/dkim-nl2026.pem\" }")]);
    let domain = table.parsed("domain", |text| signing_domain(text, sender));
    let selector = table.parsed("selector", selector);
    let key = secret_source::read(table, "key", "NEWSLETTER_DKIM_KEY", root);
    table.reject_unknown(|_| None);
    let domain = if table.has("domain") { domain } else { sender.map(str::to_owned) };
    Some(DkimSettings { domain: domain?, selector: selector?, key: key? })
}

fn signing_domain(text: &str, sender: Option<&str>) -> Result<String, Problem> {
    // What may stand after the `@` of an address may sign for it.
    let domain = EmailAddress::parse(&format!("x@{text}")).map(|address| address.domain().to_owned());
    let domain = domain.map_err(|_| {
        Problem::new(format!("{} is not a domain", quote(text))).help("write it like `example.org`, or leave it out")
    })?;
    match sender {
        Some(sender) if !may_align(&domain, sender) => {
            let problem = Problem::new(format!("a signature of `{domain}` does not cover mail from `{sender}`"));
            Err(problem
                .help(format!("DMARC requires the same organization: write `domain = \"{sender}\"`, or omit it")))
        }
        _ => Ok(domain),
    }
}

/// Returns whether the two domains may belong to one organization, which relaxed alignment asks for (RFC 9989): they end in the
/// same two labels. Where organizations really end only DNS knows; `newsletter doctor` asks it.
fn may_align(one: &str, other: &str) -> bool {
    let last_two = |domain: &str| {
        let mut labels = domain.rsplit('.').map(str::to_owned);
        (labels.next(), labels.next())
    };
    last_two(one) == last_two(other)
}

/// Labels of letters, digits and hyphens (RFC 6376 3.1), at most 63 bytes each (RFC 1035 2.3.4).
pub(in crate::config) fn selector(text: &str) -> Result<String, Problem> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.split('.').all(label) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(Problem::new(format!("{} is not a selector", quote(text))).help("write letters, digits and hyphens: `nl2026`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_signs_for_the_domains_of_its_organization() {
        let cases = [
            ("example.org", "example.org", true),
            ("example.org", "letter.example.org", true),
            ("letter.example.org", "example.org", true),
            ("a.example.org", "b.example.org", true),
            ("example.net", "example.org", false),
            ("notexample.org", "example.org", false),
        ];
        for (domain, sender, aligned) in cases {
            assert_eq!(signing_domain(domain, Some(sender)).is_ok(), aligned, "{domain} for {sender}");
        }
        assert_eq!(signing_domain("M\u{fc}nchen.example", None), Ok("xn--mnchen-3ya.example".to_owned()));
        for text in ["org", "", "example..org", "ada@example.org", "127.0.0.1"] {
            assert!(signing_domain(text, None).is_err(), "{text}");
        }
    }

    #[test]
    fn a_selector_is_part_of_a_name_in_dns() {
        assert_eq!(selector("NL2026.a-b"), Ok("nl2026.a-b".to_owned()));
        let long = "a".repeat(64);
        for text in ["", ".", "a.", "-a", "a-", "a_b", "a b", "\u{e4}", long.as_str()] {
            assert!(selector(text).is_err(), "{text}");
        }
    }
}
