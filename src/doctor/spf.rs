//! SPF (RFC 7208): who may send for a domain.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Finding;
use super::dns::Answer;

const SUBJECT: &str = "SPF";

/// Terms a receiver has to look up before it gives up (4.6.4).
const MOST_LOOKUPS: usize = 10;

/// What the records of `domain`, the envelope sender's, say.
pub(super) fn finding(domain: &str, answer: &Answer) -> Finding {
    let texts = match answer {
        Answer::Texts(texts) => texts,
        Answer::Failed(reason) => return Finding::unknown(SUBJECT, domain, reason),
    };
    let records: Vec<&String> = texts.iter().filter(|text| is_spf(text)).collect();
    match records.as_slice() {
        [] => Finding::problem(
            SUBJECT,
            format!("`{domain}` has no SPF record"),
            "publish a TXT record that names your mail server, as its provider writes it: `v=spf1 include:… -all`",
        ),
        [record] => judge(domain, record),
        several => Finding::problem(
            SUBJECT,
            format!("`{domain}` has {} SPF records, which count as none", several.len()),
            "put what they name into one",
        ),
    }
}

fn is_spf(text: &str) -> bool {
    text.split(' ').next().is_some_and(|version| version.eq_ignore_ascii_case("v=spf1"))
}

fn judge(domain: &str, record: &str) -> Finding {
    let shown = format!("`{domain}` says `{record}`");
    let terms: Vec<&str> = record.split_whitespace().skip(1).collect();
    if let Some(term) = terms.iter().find(|term| !is_term(term)) {
        return Finding::problem(
            SUBJECT,
            format!("{shown}: `{term}` is no SPF"),
            "correct it: receivers ignore the whole record",
        );
    }
    let named = |name: &str| terms.iter().any(|term| name_of(term).eq_ignore_ascii_case(name));
    let redirected = named("redirect");
    let lookups = ["include", "a", "mx", "ptr", "exists", "redirect"];
    let lookups =
        terms.iter().filter(|term| lookups.iter().any(|name| name_of(term).eq_ignore_ascii_case(name))).count();
    if lookups > MOST_LOOKUPS {
        let message = format!("{shown}: {lookups} terms to look up, and receivers stop at {MOST_LOOKUPS}");
        return Finding::problem(SUBJECT, message, "take out who sends no mail for you, or name addresses");
    }
    let all = terms.iter().find(|term| name_of(term).eq_ignore_ascii_case("all"));
    let others = terms.iter().any(|term| is_mechanism(term) && !name_of(term).eq_ignore_ascii_case("all"));
    match all.map(|all| all.chars().next().filter(|sign| "+-~?".contains(*sign)).unwrap_or('+')) {
        Some('+') => Finding::problem(SUBJECT, format!("{shown}: everybody may send"), "end it with `~all` or `-all`"),
        Some('-' | '~') if !others && !redirected => Finding::problem(
            SUBJECT,
            format!("{shown}: nobody may send"),
            "name your mail server in it, as its provider writes it",
        ),
        None if !redirected => Finding::warning(
            SUBJECT,
            format!("{shown}: it does not say who may not send"),
            "end it with `~all` or `-all`",
        ),
        Some('?') => Finding::warning(
            SUBJECT,
            format!("{shown}: it says nothing about everybody else"),
            "end it with `~all` or `-all`",
        ),
        _ => Finding::ok(SUBJECT, shown),
    }
}

/// A term's name: `include` of `~include:example.org`.
fn name_of(term: &str) -> &str {
    let term = term.trim_start_matches(['+', '-', '~', '?']);
    term.split([':', '/', '=']).next().unwrap_or_default()
}

/// Whether `term` is a mechanism and no modifier.
fn is_mechanism(term: &str) -> bool {
    !term.split([':', '/']).next().unwrap_or_default().contains('=')
}

/// Whether `term` is a mechanism of RFC 7208 with the argument it needs, or a modifier.
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
    fn a_record_says_who_may_send() {
        let cases = [
            (vec!["v=spf1 include:spf.example.net -all"], "ok SPF: `e.org` says `v=spf1 include:spf.example.net -all`"),
            (vec!["other", "V=SPF1 mx ~ALL"], "ok SPF: `e.org` says `V=SPF1 mx ~ALL`"),
            (vec!["v=spf1 redirect=example.net"], "ok SPF: `e.org` says `v=spf1 redirect=example.net`"),
            (
                vec!["v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a/24 exp=x.example.net -all"],
                "ok SPF: `e.org` says `v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a/24 exp=x.example.net -all`",
            ),
            (
                vec!["v=spf10 -all"],
                "problem SPF: `e.org` has no SPF record -> publish a TXT record that names your mail server, as its provider writes it: `v=spf1 include:… -all`",
            ),
            (
                vec!["v=spf1 mx -all", "v=spf1 a -all"],
                "problem SPF: `e.org` has 2 SPF records, which count as none -> put what they name into one",
            ),
            (
                vec!["v=spf1 mx +all"],
                "problem SPF: `e.org` says `v=spf1 mx +all`: everybody may send -> end it with `~all` or `-all`",
            ),
            (
                vec!["v=spf1 all"],
                "problem SPF: `e.org` says `v=spf1 all`: everybody may send -> end it with `~all` or `-all`",
            ),
            (
                vec!["v=spf1 -all"],
                "problem SPF: `e.org` says `v=spf1 -all`: nobody may send -> name your mail server in it, as its provider writes it",
            ),
            (
                vec!["v=spf1 mx ?all"],
                "warning SPF: `e.org` says `v=spf1 mx ?all`: it says nothing about everybody else -> end it with `~all` or `-all`",
            ),
            (
                vec!["v=spf1 mx"],
                "warning SPF: `e.org` says `v=spf1 mx`: it does not say who may not send -> end it with `~all` or `-all`",
            ),
            (
                vec!["v=spf1 a mx a:b.org a:c.org a:d.org a:e.org a:f.org a:g.org a:h.org a:i.org a:j.org -all"],
                "problem SPF: `e.org` says `v=spf1 a mx a:b.org a:c.org a:d.org a:e.org a:f.org a:g.org a:h.org a:i.org a:j.org -all`: 11 terms to look up, and receivers stop at 10 -> take out who sends no mail for you, or name addresses",
            ),
        ];
        for (texts, expected) in cases {
            let answer = Answer::Texts(texts.into_iter().map(str::to_owned).collect());
            assert_eq!(finding("e.org", &answer).to_string(), expected);
        }
    }

    #[test]
    fn a_term_that_is_none_spoils_the_record() {
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
            assert!(said.ends_with(&format!(": `{term}` is no SPF")), "{said}");
        }
    }
}
