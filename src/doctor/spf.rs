//! Diagnoses SPF records (RFC 7208), which list the servers that may send for a domain.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::diagnosis::Diagnosis;
use super::dns::TxtLookup;

const SUBJECT: &str = "SPF";

/// The number of lookups after which a receiver gives up (4.6.4).
const MOST_LOOKUPS: usize = 10;

/// Diagnoses the records of `domain`, the envelope sender's.
pub(super) fn finding(domain: &str, answer: &TxtLookup) -> Diagnosis {
    let texts = match answer {
        TxtLookup::Records(texts) => texts,
        TxtLookup::Failed(reason) => return Diagnosis::unknown(SUBJECT, domain, reason),
    };
    let records: Vec<&String> = texts.iter().filter(|text| is_spf(text)).collect();
    match records.as_slice() {
        [] => Diagnosis::problem(
            SUBJECT,
            format!("`{domain}` has no SPF record"),
            "publish the TXT record that your mail provider gives, such as `v=spf1 include:… -all`",
        ),
        [record] => judge(domain, record),
        several => Diagnosis::problem(
            SUBJECT,
            format!("`{domain}` has {} SPF records; receivers ignore them all", several.len()),
            "merge them into one",
        ),
    }
}

fn is_spf(text: &str) -> bool {
    text.split(' ').next().is_some_and(|version| version.eq_ignore_ascii_case("v=spf1"))
}

fn judge(domain: &str, record: &str) -> Diagnosis {
    let shown = format!("`{domain}` publishes `{record}`");
    let terms: Vec<&str> = record.split_whitespace().skip(1).collect();
    if let Some(term) = terms.iter().find(|term| !is_term(term)) {
        return Diagnosis::problem(
            SUBJECT,
            format!("{shown}: `{term}` is not valid SPF"),
            "correct it: receivers ignore the entire record",
        );
    }
    let named = |name: &str| terms.iter().any(|term| name_of(term).eq_ignore_ascii_case(name));
    let redirected = named("redirect");
    let lookups = ["include", "a", "mx", "ptr", "exists", "redirect"];
    let lookups =
        terms.iter().filter(|term| lookups.iter().any(|name| name_of(term).eq_ignore_ascii_case(name))).count();
    if lookups > MOST_LOOKUPS {
        let message = format!("{shown}: {lookups} terms need a DNS lookup; receivers allow {MOST_LOOKUPS}");
        return Diagnosis::problem(SUBJECT, message, "remove services that do not send for you, or list addresses");
    }
    let all = terms.iter().find(|term| name_of(term).eq_ignore_ascii_case("all"));
    let others = terms.iter().any(|term| is_mechanism(term) && !name_of(term).eq_ignore_ascii_case("all"));
    match all.map(|all| all.chars().next().filter(|sign| "+-~?".contains(*sign)).unwrap_or('+')) {
        Some('+') => Diagnosis::problem(
            SUBJECT,
            format!("{shown}: it allows every server"),
            "end the record with `~all` or `-all`",
        ),
        Some('-' | '~') if !others && !redirected => Diagnosis::problem(
            SUBJECT,
            format!("{shown}: it allows no server"),
            "add your mail server, as your provider describes",
        ),
        None if !redirected => Diagnosis::warning(
            SUBJECT,
            format!("{shown}: it does not end with `all`, so every other server is neutral"),
            "end the record with `~all` or `-all`",
        ),
        Some('?') => Diagnosis::warning(
            SUBJECT,
            format!("{shown}: `?all` makes every other server neutral"),
            "end the record with `~all` or `-all`",
        ),
        _ => Diagnosis::ok(SUBJECT, shown),
    }
}

/// Returns the name of a term: `include` of `~include:example.org`.
fn name_of(term: &str) -> &str {
    let term = term.trim_start_matches(['+', '-', '~', '?']);
    term.split([':', '/', '=']).next().unwrap_or_default()
}

/// Returns whether `term` is a mechanism, not a modifier.
fn is_mechanism(term: &str) -> bool {
    !term.split([':', '/']).next().unwrap_or_default().contains('=')
}

/// Returns whether `term` is a mechanism of RFC 7208 with a valid argument, or a modifier.
fn is_term(term: &str) -> bool {
    if !is_mechanism(term) {
        return !term.starts_with('=');
    }
    let bare = term.trim_start_matches(['+', '-', '~', '?']);
    if term.len() > bare.len() + 1 {
        return false;
    }
    let argument = bare.split_once(':').map(|(_, argument)| argument);
    let network = |most: u8, is_address: fn(&str) -> bool| {
        let (address, length) = argument.map_or(("", None), |argument| {
            argument.split_once('/').map_or((argument, None), |(address, length)| (address, Some(length)))
        });
        is_address(address) && length.is_none_or(|length| length.parse::<u8>().is_ok_and(|length| length <= most))
    };
    match name_of(term).to_ascii_lowercase().as_str() {
        "all" => argument.is_none(),
        "include" | "exists" => argument.is_some_and(|argument| !argument.is_empty()),
        "ip4" => network(32, |address| address.parse::<Ipv4Addr>().is_ok()),
        "ip6" => network(128, |address| address.parse::<Ipv6Addr>().is_ok()),
        "a" | "mx" | "ptr" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_lists_the_servers_that_may_send() {
        let cases = [
            (
                vec!["v=spf1 include:spf.example.net -all"],
                "ok SPF: `e.org` publishes `v=spf1 include:spf.example.net -all`",
            ),
            (vec!["other", "V=SPF1 mx ~ALL"], "ok SPF: `e.org` publishes `V=SPF1 mx ~ALL`"),
            (vec!["v=spf1 redirect=example.net"], "ok SPF: `e.org` publishes `v=spf1 redirect=example.net`"),
            (
                vec!["v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a/24 exp=x.example.net -all"],
                "ok SPF: `e.org` publishes `v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a/24 exp=x.example.net -all`",
            ),
            (
                vec!["v=spf10 -all"],
                "problem SPF: `e.org` has no SPF record -> publish the TXT record that your mail provider gives, such as `v=spf1 include:… -all`",
            ),
            (
                vec!["v=spf1 mx -all", "v=spf1 a -all"],
                "problem SPF: `e.org` has 2 SPF records; receivers ignore them all -> merge them into one",
            ),
            (
                vec!["v=spf1 mx +all"],
                "problem SPF: `e.org` publishes `v=spf1 mx +all`: it allows every server -> end the record with `~all` or `-all`",
            ),
            (
                vec!["v=spf1 all"],
                "problem SPF: `e.org` publishes `v=spf1 all`: it allows every server -> end the record with `~all` or `-all`",
            ),
            (
                vec!["v=spf1 -all"],
                "problem SPF: `e.org` publishes `v=spf1 -all`: it allows no server -> add your mail server, as your provider describes",
            ),
            (
                vec!["v=spf1 mx ?all"],
                "warning SPF: `e.org` publishes `v=spf1 mx ?all`: `?all` makes every other server neutral -> end the record with `~all` or `-all`",
            ),
            (
                vec!["v=spf1 mx"],
                "warning SPF: `e.org` publishes `v=spf1 mx`: it does not end with `all`, so every other server is neutral -> end the record with `~all` or `-all`",
            ),
            (
                vec!["v=spf1 a mx a:b.org a:c.org a:d.org a:e.org a:f.org a:g.org a:h.org a:i.org a:j.org -all"],
                "problem SPF: `e.org` publishes `v=spf1 a mx a:b.org a:c.org a:d.org a:e.org a:f.org a:g.org a:h.org a:i.org a:j.org -all`: 11 terms need a DNS lookup; receivers allow 10 -> remove services that do not send for you, or list addresses",
            ),
        ];
        for (texts, expected) in cases {
            let answer = TxtLookup::Records(texts.into_iter().map(str::to_owned).collect());
            assert_eq!(finding("e.org", &answer).to_string(), expected);
        }
    }

    #[test]
    fn an_invalid_term_makes_the_record_useless() {
        for term in [
            "ipv4:192.0.2.1",
            "ip4:192.0.2.300",
            "ip4:192.0.2.0/33",
            "ip4",
            "include",
            "include:",
            "--all",
            "all:x",
            "=x",
            "mail.example.org",
        ] {
            let said = judge("e.org", &format!("v=spf1 {term} -all")).message;
            assert!(said.ends_with(&format!(": `{term}` is not valid SPF")), "{said}");
        }
    }
}
