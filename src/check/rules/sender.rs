//! Rules about who the message is from and about the size of its headers.

use unicode_segmentation::UnicodeSegmentation;
use url::Url;

use crate::check::domain::same_organization;
use crate::check::issue_context::IssueContext;
use crate::check::pictogram::is_pictogram;
use crate::check::raw_message::Field;
use crate::check::rule::{Check, Finding, Rule};
use crate::config::CourierSettings;
use crate::diagnostic::{Severity, quote};

pub(super) const RULES: [Rule; 9] = [
    FROM_NAME,
    FROM_FREEMAIL,
    REPLY_TO,
    ENVELOPE_ALIGNMENT,
    DKIM_ALIGNMENT,
    DOMAIN_MIXED_SCRIPTS,
    HEADER_ENCODED_WORD,
    HEADER_LINE_LENGTH,
    HEADER_SIZE,
];

const FROM_NAME: Rule = Rule {
    name: "from-name",
    level: Severity::Warning,
    what: "The sender has a name, and the name is nothing but a name.",
    why: "Gmail wants a display name to say who you are: no address, no subject text, no counters, no pictures. \
          SpamAssassin adds points for an empty one.",
    example: "from = \"RE: HOT LINKS (2) <ada@example.org>\"",
    source: "Gmail's sender guidelines; SpamAssassin FROM_BLANK_NAME",
    check: Check::Issue(from_name),
};

fn from_name(context: &IssueContext<'_>) -> Vec<Finding> {
    let publication = context.publication();
    let name = context.samples[0].reading.sender.trim();
    let letters = || name.chars().filter(|character| character.is_alphabetic());
    let lower = name.to_lowercase();
    let wrong = if name.is_empty() || name == publication.from.address.to_string() {
        "the sender has no name".to_owned()
    } else if name.contains('@') {
        format!("the sender's name {} contains an `@`", quote(name))
    } else if name.graphemes(true).any(is_pictogram) {
        format!("the sender's name {} contains a pictogram", quote(name))
    } else if letters().count() >= 6 && letters().all(char::is_uppercase) {
        format!("the sender's name {} is all capitals", quote(name))
    } else if lower.starts_with("re:") || lower.starts_with("fwd:") || has_counter(name) {
        format!("the sender's name {} is more than a name", quote(name))
    } else {
        return Vec::new();
    };
    let place = context.place_in_settings(&publication.from.address.to_string());
    vec![Finding::new(wrong).at(place).help("write `from = \"A Name <address>\"`, with the name readers know you by")]
}

/// Returns whether `name` ends like an inbox with unread mail: `Ada (2)`.
fn has_counter(name: &str) -> bool {
    let inside = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    inside.is_some_and(|(_, inside)| !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit()))
}

const FROM_FREEMAIL: Rule = Rule {
    name: "from-freemail",
    level: Severity::Error,
    what: "Mail from an address at a free mail provider is sent through that provider.",
    why: "Gmail, Yahoo, AOL and Outlook tell every receiver (DMARC) to reject mail that uses their users' addresses and \
          comes from another server.",
    example: "from = \"ada@gmail.com\" with host = \"smtp.example.org\"",
    source: "Gmail's and Yahoo's sender requirements",
    check: Check::Issue(from_freemail),
};

/// Domains of mailbox providers, each with the endings of the names of its mail servers.
const PROVIDERS: [(&str, &[&str]); 12] = [
    ("gmail.com", &["gmail.com", "google.com", "googlemail.com"]),
    ("googlemail.com", &["gmail.com", "google.com", "googlemail.com"]),
    ("yahoo.com", &["yahoo.com"]),
    ("ymail.com", &["yahoo.com"]),
    ("aol.com", &["aol.com"]),
    ("outlook.com", &["office365.com", "outlook.com"]),
    ("hotmail.com", &["office365.com", "outlook.com"]),
    ("live.com", &["office365.com", "outlook.com"]),
    ("msn.com", &["office365.com", "outlook.com"]),
    ("icloud.com", &["me.com", "icloud.com"]),
    ("me.com", &["me.com", "icloud.com"]),
    ("mac.com", &["me.com", "icloud.com"]),
];

fn from_freemail(context: &IssueContext<'_>) -> Vec<Finding> {
    let from = &context.publication().from.address;
    let Some((provider, servers)) = PROVIDERS.iter().find(|(domain, _)| from.domain() == *domain) else {
        return Vec::new();
    };
    let settings = context.settings();
    let hosts: Vec<&str> = match &settings.courier {
        // Nothing leaves the machine, and the server that will carry it is not known.
        CourierSettings::Outbox(_) => return Vec::new(),
        CourierSettings::Smtp => settings.smtp.iter().map(|smtp| smtp.host.as_str()).collect(),
        CourierSettings::Sendmail(_) => vec!["this machine"],
    };
    let theirs = |host: &str| servers.iter().any(|server| host == *server || host.ends_with(&format!(".{server}")));
    let Some(host) = hosts.into_iter().find(|host| !theirs(host)) else { return Vec::new() };
    let wrong = format!("mail from `{from}` would be sent by {host}; {provider} asks receivers to reject that");
    let place = context.place_in_settings(&from.to_string());
    vec![Finding::new(wrong).at(place).help("send from an address at your own domain")]
}

const REPLY_TO: Rule = Rule {
    name: "reply-to",
    level: Severity::Warning,
    what: "Readers can reply.",
    why: "Microsoft asks for a sender that accepts replies, and for every filter a reply is the best sign that a letter \
          is wanted.",
    example: "from = \"No Reply <noreply@example.org>\"",
    source: "Outlook.com's sender requirements",
    check: Check::Issue(reply_to),
};

fn reply_to(context: &IssueContext<'_>) -> Vec<Finding> {
    let publication = context.publication();
    let address = publication.reply_to.as_ref().unwrap_or(&publication.from.address);
    let local: String = address.local().to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    if !["noreply", "donotreply", "nichtantworten", "noresponder"].iter().any(|word| local.starts_with(word)) {
        return Vec::new();
    }
    let finding = Finding::new(format!("replies go to `{address}`, which looks like an address that takes none"));
    let place = context.place_in_settings(&address.to_string());
    vec![finding.at(place).help("use a mailbox that is read, or set `reply_to` to one")]
}

const ENVELOPE_ALIGNMENT: Rule = Rule {
    name: "envelope-alignment",
    level: Severity::Warning,
    what: "Bounces go to the sender's domain.",
    why: "SPF vouches for the domain that receives bounces. It counts for DMARC only if that is the sender's domain.",
    example: "from = \"ada@example.org\" with envelope_sender = \"b@relay.example.net\"",
    source: "RFC 9989 (DMARC), SPF alignment; Outlook.com's sender requirements",
    check: Check::Issue(envelope_alignment),
};

fn envelope_alignment(context: &IssueContext<'_>) -> Vec<Finding> {
    let publication = context.publication();
    let (sender, from) = (&publication.envelope_sender, &publication.from.address);
    if same_organization(sender.domain(), from.domain()) {
        return Vec::new();
    }
    let wrong = format!("bounces go to `{sender}`, but the letter is from `{from}`");
    let place = context.place_in_settings(&sender.to_string());
    vec![Finding::new(wrong).at(place).help("use an address at the sender's domain or a subdomain of it")]
}

const DKIM_ALIGNMENT: Rule = Rule {
    name: "dkim-alignment",
    level: Severity::Error,
    what: "The domain that signs the messages (DKIM) belongs to the sender's organization.",
    why: "DMARC passes only then, and the large providers reject mail that fails it.",
    example: "from = \"ada@one.github.io\" with domain = \"two.github.io\" under [dkim]",
    source: "RFC 9989 (DMARC), alignment; Gmail's and Outlook.com's sender requirements",
    check: Check::Issue(dkim_alignment),
};

fn dkim_alignment(context: &IssueContext<'_>) -> Vec<Finding> {
    let from = context.publication().from.address.domain();
    let Some(dkim) = &context.settings().dkim else { return Vec::new() };
    if same_organization(&dkim.domain, from) {
        return Vec::new();
    }
    let wrong = format!("messages are signed by `{}`, but the letter is from `{from}`", dkim.domain);
    let help = format!("write `domain = \"{from}\"` under `[dkim]`, or remove the line");
    vec![Finding::new(wrong).at(context.place_in_settings(&dkim.domain)).help(help)]
}

const DOMAIN_MIXED_SCRIPTS: Rule = Rule {
    name: "domain-mixed-scripts",
    level: Severity::Warning,
    what: "No domain mixes letters of several scripts.",
    why: "A Cyrillic `а` among Latin letters is how domains are faked; Gmail rejects such domains.",
    example: "https://exаmple.org/ with a Cyrillic `а`",
    source: "Gmail's sender guidelines; Unicode Technical Standard 39, 5.2",
    check: Check::Issue(domain_mixed_scripts),
};

/// Returns the script of `letter`, among the scripts whose letters look alike.
fn script(letter: char) -> Option<&'static str> {
    match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => Some("Latin"),
        '\u{370}'..='\u{3ff}' => Some("Greek"),
        '\u{400}'..='\u{52f}' => Some("Cyrillic"),
        '\u{530}'..='\u{58f}' => Some("Armenian"),
        '\u{13a0}'..='\u{13ff}' => Some("Cherokee"),
        _ => None,
    }
}

fn domain_mixed_scripts(context: &IssueContext<'_>) -> Vec<Finding> {
    let publication = context.publication();
    let hosts = context.anchors().filter_map(|anchor| {
        let url = Url::parse(anchor.href).ok()?;
        Some((url.host_str()?.to_owned(), anchor.href))
    });
    let mut all: Vec<(String, &str)> = hosts.collect();
    let addresses = [Some(&publication.from.address), publication.reply_to.as_ref()];
    all.extend(addresses.into_iter().flatten().map(|address| (address.domain().to_owned(), address.domain())));
    let mut found = Vec::new();
    for (host, written) in all {
        let (unicode, _) = idna::domain_to_unicode(&host);
        let mixed = unicode.split('.').find_map(|label| {
            let mut scripts = label.chars().filter_map(script);
            let first = scripts.next()?;
            scripts.find(|other| *other != first).map(|other| (first, other))
        });
        if let Some((one, other)) = mixed {
            let wrong = format!("`{unicode}` mixes {one} and {other} letters");
            found.push(Finding::new(wrong).at(context.place_of_link(written).or_else(|| context.place_of(&unicode))));
        }
    }
    found
}

const HEADER_ENCODED_WORD: Rule = Rule {
    name: "header-encoded-word",
    level: Severity::Error,
    what: "No address and no `List-` header contains something that looks like an encoded word.",
    why: "Gmail rejects messages with encoded words in the wrong header (550 5.7.1).",
    example: "reply_to = \"=?utf-8?q?ada?=@example.org\"",
    source: "RFC 2047; Gmail's SMTP errors",
    check: Check::Issue(header_encoded_word),
};

fn header_encoded_word(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for field in &context.message.fields {
        let name = field.name;
        let mut words = field.written.split_ascii_whitespace().filter(|word| word.contains("=?")).peekable();
        if is_for_programs(name) && words.peek().is_some() {
            let wrong = format!("`{name}` contains `=?`, which starts an encoded word");
            found.push(Finding::new(wrong).help("write the URL or address without `=?`"));
        } else if words.any(|word| word.contains('@')) {
            found.push(Finding::new(format!("an address in `{name}` looks like an encoded word")));
        }
    }
    found
}

/// Returns whether the header `name` is read by programs alone.
fn is_for_programs(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("list-")
        || ["message-id", "date", "mime-version", "content-transfer-encoding", "feedback-id"].contains(&name.as_str())
}

const HEADER_LINE_LENGTH: Rule = Rule {
    name: "header-line-length",
    level: Severity::Error,
    what: "No line of a header is longer than 998 bytes.",
    why: "Servers may cut or reject it.",
    example: "an unsubscribe `url` of a thousand bytes",
    source: "RFC 5322, 2.1.1",
    check: Check::Issue(header_line_length),
};

/// Without the line end.
const LONGEST_LINE: usize = 998;

fn header_line_length(context: &IssueContext<'_>) -> Vec<Finding> {
    let is_long = |field: &&Field<'_>| field.lines().any(|length| length > LONGEST_LINE);
    let fields = context.message.fields.iter().filter(is_long);
    fields
        .map(|field| Finding::new(format!("a line of `{}` is longer than {LONGEST_LINE} bytes", field.name)))
        .collect()
}

const HEADER_SIZE: Rule = Rule {
    name: "header-size",
    level: Severity::Error,
    what: "No header is larger than 32 KB, and all of them together are no larger than 500 KB.",
    why: "Gmail rejects larger headers.",
    example: "a title of 40 KB",
    source: "Gmail's message header limits",
    check: Check::Issue(header_size),
};

/// Of one header, in bytes.
const LARGEST_HEADER: usize = 32 * 1024;
/// Of all of them, in bytes.
const LARGEST_HEADERS: usize = 500 * 1024;

fn header_size(context: &IssueContext<'_>) -> Vec<Finding> {
    let fields = &context.message.fields;
    let size = |field: &Field<'_>| field.name.len() + field.written.len() + 3;
    let large = fields.iter().filter(|field| size(field) > LARGEST_HEADER);
    let mut found: Vec<_> = large.map(|field| Finding::new(format!("`{}` is larger than 32 KB", field.name))).collect();
    if fields.iter().map(size).sum::<usize>() > LARGEST_HEADERS {
        found.push(Finding::new("the headers are larger than 500 KB"));
    }
    found
}
