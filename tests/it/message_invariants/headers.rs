//! Invariants of the header.

use mail_parser::MessageParser;

use super::message::Message;
use super::{Damage, Invariant, Specimen, ensure};

pub(super) const INVARIANTS: &[Invariant] = &[
    Invariant {
        former_rule: "hdr-from-single",
        check: from_single,
        damage: &[
            Damage::Header("From", ""),
            Damage::Header("From", "Ada <ada@example.org>, Bo <bo@example.org>"),
            Damage::Header("From", "Ada Example"),
        ],
    },
    Invariant {
        former_rule: "hdr-to",
        check: to,
        damage: &[
            Damage::Header("To", "undisclosed-recipients:;"),
            Damage::Header("To", "Grace <nobody@reader.example>"),
            Damage::Header("To", "<grace@example.net>, <nobody@reader.example>"),
        ],
    },
    Invariant {
        former_rule: "hdr-date",
        check: date,
        damage: &[Damage::Header("Date", ""), Damage::Header("Date", "Wed, 01 Jan 2031 10:00:00 +0000")],
    },
    Invariant {
        former_rule: "hdr-msgid",
        check: message_id,
        damage: &[
            Damage::Header("Message-ID", ""),
            Damage::Header("Message-ID", "42"),
            Damage::SharedHeader("Message-ID", "<42.x@kettles.example.org>"),
        ],
    },
    Invariant {
        former_rule: "hdr-msgid-domain",
        check: message_id_domain,
        damage: &[Damage::Header("Message-ID", "<42.x@mail.invalid>")],
    },
    Invariant {
        former_rule: "hdr-dup",
        check: no_header_twice,
        damage: &[Damage::Bytes("\r\nSubject:", "\r\nSubject: x\r\nSubject:")],
    },
    Invariant {
        former_rule: "hdr-ctl",
        check: no_control_character,
        damage: &[Damage::Header("X-Odd", "a\u{0}b"), Damage::Header("X-Odd", "a\u{7f}b")],
    },
    Invariant {
        former_rule: "addr-idn", check: ascii, damage: &[Damage::Header("To", "Mina <mina@münchen.example>")]
    },
    Invariant {
        former_rule: "hdr-line-fold",
        check: folded,
        damage: &[Damage::Header(
            "To",
            "Grace Brewster Murray Hopper of the United States Navy and of the Harvard Computation Laboratory <g@x.org>",
        )],
    },
    Invariant {
        former_rule: "hdr-list-id",
        check: list_id,
        damage: &[
            Damage::Header("List-Id", ""),
            Damage::Header("List-Id", "weekly"),
            Damage::Header("List-Id", "<week ly.example.org>"),
        ],
    },
    Invariant {
        former_rule: "hdr-list-unsub",
        check: list_unsubscribe,
        damage: &[
            Damage::Header("List-Unsubscribe", ""),
            Damage::Header("List-Unsubscribe", "https://example.org/u/1"),
            Damage::Header("List-Unsubscribe", "<https://example.org/u/1>, <https://example.org/u/2>"),
            Damage::SharedHeader("List-Unsubscribe", "<https://example.org/u/2zft1Vcj54H5WGeES_4WkA>"),
            Damage::Header("List-Unsubscribe", "<https://example.org/u?email=grace@example.net>"),
        ],
    },
    Invariant {
        former_rule: "hdr-list-unsub-post",
        check: list_unsubscribe_post,
        damage: &[
            Damage::Header("List-Unsubscribe-Post", ""),
            Damage::Header("List-Unsubscribe-Post", "one-click"),
            Damage::Header("List-Unsubscribe", "<mailto:u@example.org>"),
        ],
    },
    Invariant {
        former_rule: "hdr-list-syntax",
        check: list_syntax,
        damage: &[Damage::Header("List-Archive", "https://example.org/"), Damage::Header("List-Post", "no")],
    },
    Invariant {
        former_rule: "hdr-feedback-id",
        check: feedback_id,
        damage: &[
            Damage::Header("Feedback-ID", ""),
            Damage::Header("Feedback-ID", "reader-17:kettles:newsletter:distributed-ket"),
            Damage::SharedHeader("Feedback-ID", "issue42:kettles:newsletter:ab"),
        ],
    },
    Invariant {
        former_rule: "hdr-auto-submitted",
        check: not_automatic,
        damage: &[Damage::Header("Auto-Submitted", "auto-generated")],
    },
    Invariant {
        former_rule: "dkim-coverage",
        check: dkim_coverage,
        damage: &[
            Damage::Header("DKIM-Signature", "v=1; d=example.org; h=from:to:subject"),
            Damage::Header("DKIM-Signature", "v=1; d=example.org; h=list-unsubscribe:list-unsubscribe-post"),
        ],
    },
];

fn from_single(specimen: &Specimen<'_>) -> Result<(), String> {
    let value = specimen.message.value("From")?;
    let from = &specimen.publication.from;
    let name = from.name.clone().unwrap_or_default();
    let found = mailboxes(specimen.message, "From");
    ensure(found == [(name, from.address.to_string())], || format!("{value} is read as {found:?}"))
}

fn to(specimen: &Specimen<'_>) -> Result<(), String> {
    let value = specimen.message.value("To")?;
    let reader = specimen.reader;
    let found = mailboxes(specimen.message, "To");
    let expected = [(reader.name().unwrap_or_default().to_owned(), reader.address.to_string())];
    ensure(found == expected, || format!("{value} is read as {found:?}"))
}

/// Returns the names and addresses of a header, as another program reads them.
fn mailboxes(message: &Message, header: &str) -> Vec<(String, String)> {
    let parsed = MessageParser::default().parse(message.raw.as_bytes()).unwrap();
    let addresses = if header == "From" { parsed.from() } else { parsed.to() };
    let addresses = addresses.into_iter().flat_map(mail_parser::Address::iter);
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    addresses.map(|address| (text(address.name()), text(address.address()))).collect()
}

fn date(specimen: &Specimen<'_>) -> Result<(), String> {
    let value = specimen.message.value("Date")?;
    let date = chrono::DateTime::parse_from_rfc2822(&value).map_err(|error| format!("{value}: {error}"))?;
    ensure(date.to_utc() == specimen.date, || value)
}

fn message_id(specimen: &Specimen<'_>) -> Result<(), String> {
    let value = specimen.message.value("Message-ID")?;
    let inside = value.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let halves = inside.and_then(|inside| inside.split_once('@'));
    let is_atom = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'@');
    let is_right = halves.is_some_and(|(left, right)| is_atom(left) && is_atom(right) && right.contains('.'));
    ensure(is_right && value.len() <= 500, || value.clone())?;
    ensure(specimen.other.value("Message-ID")? != value, || format!("two readers have {value}"))
}

fn message_id_domain(specimen: &Specimen<'_>) -> Result<(), String> {
    let value = specimen.message.value("Message-ID")?;
    let domain = specimen.publication.from.address.domain();
    ensure(value.ends_with(&format!("@{domain}>")), || format!("{value} does not end in {domain}"))
}

fn no_header_twice(specimen: &Specimen<'_>) -> Result<(), String> {
    for (name, _) in &specimen.message.fields {
        specimen.message.value(name)?;
    }
    Ok(())
}

fn no_control_character(specimen: &Specimen<'_>) -> Result<(), String> {
    let is_wrong = |value: &str| value.replace("\r\n ", "").chars().any(char::is_control);
    let wrong = specimen.message.fields.iter().find(|(name, value)| is_wrong(name) || is_wrong(value));
    wrong.map_or(Ok(()), |wrong| Err(format!("{wrong:?}")))
}

fn ascii(specimen: &Specimen<'_>) -> Result<(), String> {
    let wrong = specimen.message.fields.iter().find(|(name, value)| !name.is_ascii() || !value.is_ascii());
    wrong.map_or(Ok(()), |wrong| Err(format!("{wrong:?}")))
}

fn folded(specimen: &Specimen<'_>) -> Result<(), String> {
    // The first line of the signature is as long as domain and selector make it.
    for (name, value) in specimen.message.fields.iter().filter(|(name, _)| name != "DKIM-Signature") {
        for line in format!("{name}:{value}").split("\r\n") {
            // A line that has no space after its start could not be folded.
            let could_fold = line.split_once(": ").map_or(line, |(_, rest)| rest).trim().contains(' ');
            ensure(line.len() <= 78 || !could_fold, || line.to_owned())?;
        }
    }
    Ok(())
}

fn list_id(specimen: &Specimen<'_>) -> Result<(), String> {
    let value = specimen.message.value("List-Id")?;
    let inside = value.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).unwrap_or_default();
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let is_right = inside.len() <= 255 && inside.contains('.') && inside.split('.').all(is_label);
    ensure(is_right && inside == specimen.publication.list_id && !value.contains("=?"), || value)
}

fn list_unsubscribe(specimen: &Specimen<'_>) -> Result<(), String> {
    let urls = specimen.message.urls("List-Unsubscribe")?;
    let others = specimen.other.urls("List-Unsubscribe")?;
    let https = urls.iter().filter(|url| url.starts_with("https://")).count();
    ensure(https <= 1 && urls.len() == others.len() && urls.len() <= 2, || format!("{urls:?}"))?;
    let address = specimen.reader.address.key();
    for (url, other) in urls.iter().zip(&others) {
        let lower = url.to_lowercase();
        let names_reader = lower.contains(&address) || lower.contains(&address.replace('@', "%40"));
        // A token of 128 bits has 22 characters; no two are likely to share more than a few.
        let differing = url.chars().zip(other.chars()).filter(|(one, other)| one != other).count();
        ensure(!names_reader && differing >= 11, || format!("{url} and {other}"))?;
    }
    Ok(())
}

fn list_unsubscribe_post(specimen: &Specimen<'_>) -> Result<(), String> {
    let urls = specimen.message.urls("List-Unsubscribe")?;
    let found = specimen.message.values("List-Unsubscribe-Post");
    let expected: &[&str] =
        if urls.iter().any(|url| url.starts_with("https://")) { &["List-Unsubscribe=One-Click"] } else { &[] };
    ensure(found == expected, || format!("{found:?}"))
}

fn list_syntax(specimen: &Specimen<'_>) -> Result<(), String> {
    specimen.message.urls("List-Unsubscribe")?;
    let archive = specimen.message.urls("List-Archive")?;
    ensure(archive == [specimen.publication.site.clone()], || format!("{archive:?}"))?;
    ensure(specimen.message.value("List-Post")? == "NO", || "`List-Post` is not `NO`".to_owned())
}

fn feedback_id(specimen: &Specimen<'_>) -> Result<(), String> {
    let value = specimen.message.value("Feedback-ID")?;
    let fields: Vec<&str> = value.split(':').collect();
    let is_right = fields.len() == 4 && (5..=15).contains(&fields[3].len()) && !value.contains([' ', '=']);
    ensure(is_right && specimen.other.value("Feedback-ID")? == value, || value)
}

fn not_automatic(specimen: &Specimen<'_>) -> Result<(), String> {
    ensure(specimen.message.values("Auto-Submitted").is_empty(), || "`Auto-Submitted`".to_owned())
}

fn dkim_coverage(specimen: &Specimen<'_>) -> Result<(), String> {
    let signature = specimen.message.value("DKIM-Signature")?;
    let signed = signature.split(';').find_map(|tag| tag.trim().strip_prefix("h=")).unwrap_or_default();
    let signed: Vec<String> = signed.split(':').map(|name| name.trim().to_lowercase()).collect();
    let needed = ["From", "List-Unsubscribe", "List-Unsubscribe-Post"];
    let missing =
        needed.iter().find(|name| !specimen.message.values(name).is_empty() && !signed.contains(&name.to_lowercase()));
    ensure(missing.is_none(), || format!("{missing:?} is not covered: {signed:?}"))
}
