//! Rules about what must be replaced before a letter is sent: placeholders, the template for new issues, and the
//! examples that `newsletter init` writes.

use std::collections::BTreeMap;

use url::Url;

use crate::check::author_notes::{TextPosition, author_note};
use crate::check::domain::is_example;
use crate::check::identity_settings::IdentitySetting;
use crate::check::issue_context::IssueContext;
use crate::check::newsletter_context::NewsletterContext;
use crate::check::rule::{Check, Finding, Rule};
use crate::config::CourierSettings;
use crate::diagnostic::{Severity, quote};
use crate::issue::not_read_reason;
use crate::issue::{author_texts, starter_texts, template_examples};

pub(super) const RULES: [Rule; 8] = [
    PLACEHOLDER_LEFT,
    PLACEHOLDER_LINK,
    TITLE_GUESSED,
    IMAGE_UNDESCRIBED,
    TEMPLATE_LEFT,
    EXAMPLE_SETTINGS,
    EXAMPLE_DOMAIN,
    EXAMPLE_TEXT,
];

const PLACEHOLDER_LEFT: Rule = Rule {
    name: "placeholder-left",
    level: Severity::Error,
    what: "No placeholder is left in the letter. `TODO` counts as one when it stands alone, before a colon or at the beginning of a sentence; in \
           the title \"Building a TODO app\" it is a word.",
    why: "Readers see a note to yourself.",
    example: "TODO say why",
    source: "common sense",
    check: Check::Issue(placeholder_left),
};

fn placeholder_left(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found: BTreeMap<&str, Severity> = BTreeMap::new();
    let texts = context.positioned_texts().chain([(context.subject_line(), TextPosition::Name)]);
    for (note, severity) in texts.filter_map(|(text, position)| author_note(text, position)) {
        let known = found.entry(note).or_insert(severity);
        *known = severity.max(*known);
    }
    let findings = found.into_iter().map(|(left, severity)| {
        Finding::new(format!("a placeholder is left in the letter: {}", quote(left)))
            .at(context.place_of(left))
            .level(severity)
            .help("replace it; put code in backticks")
    });
    findings.collect()
}

const PLACEHOLDER_LINK: Rule = Rule {
    name: "placeholder-link",
    level: Severity::Error,
    what: "No link leads to a domain that is reserved for documentation.",
    why: "`example.com` is where the template's link goes, not the one you meant.",
    example: "url = \"https://example.com/\"",
    source: "RFC 2606; RFC 6761",
    check: Check::Issue(placeholder_link),
};

fn placeholder_link(context: &IssueContext<'_>) -> Vec<Finding> {
    if is_itself_an_example(context) {
        return Vec::new();
    }
    let links = context.links().filter_map(|(link, places)| Some((link.url.as_deref()?, places)));
    let findings = links.filter(|(url, _)| leads_to_example(url)).map(|(url, places)| {
        Finding::new(format!("{} is an address for examples", quote(url)))
            .at(context.place_in_issue(&places.url))
            .help("replace it with the link you mean")
    });
    findings.collect()
}

fn leads_to_example(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.host_str().is_some_and(is_example))
}

/// A newsletter whose site is at such a domain is a sample or a test.
fn is_itself_an_example(context: &IssueContext<'_>) -> bool {
    leads_to_example(&context.publication().site)
}

const TITLE_GUESSED: Rule = Rule {
    name: "title-guessed",
    level: Severity::Error,
    what: "No link has the comment `# not read: …`, with which `newsletter add` marks pages that it could not read.",
    why: "The title was made from the address, and nobody has looked at it.",
    example: "url = \"https://example.org/a\" # not read: 403",
    source: "common sense",
    check: Check::Issue(title_guessed),
};

fn title_guessed(context: &IssueContext<'_>) -> Vec<Finding> {
    let source = context.source();
    let marked = context.links().filter_map(|(link, places)| {
        let reason = not_read_reason(&source.text, places.url.end)?;
        let why = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        let message = format!("the page was not read{why}, and the title {} is a guess", quote(&link.plain_title()));
        Some(Finding::new(message).at(context.place_in_issue(&places.title)))
    });
    let help = "write the title, and delete the comment; or run `newsletter fill`, once the page can be read";
    marked.map(|finding| finding.help(help)).collect()
}

const IMAGE_UNDESCRIBED: Rule = Rule {
    name: "image-undescribed",
    level: Severity::Warning,
    what: "No picture has the comment `# describe it`, with which `newsletter add --image` marks pictures that their page \
           does not describe.",
    why: "Readers who do not see the picture learn nothing of it.",
    example: "alt = \"\" # describe it",
    source: "common sense",
    check: Check::Issue(image_undescribed),
};

fn image_undescribed(context: &IssueContext<'_>) -> Vec<Finding> {
    let source = context.source();
    let marked = context.links().filter_map(|(_, places)| {
        let place = places.alt.as_ref()?;
        let rest = source.text[place.end.min(source.text.len())..].split('\n').next()?;
        rest.trim().strip_prefix("# describe it")?;
        let help = "say in `alt` what it shows and delete the comment; `alt = \"\"` alone marks a decoration";
        Some(Finding::new("nobody has described this picture").at(context.place_in_issue(place)).help(help))
    });
    marked.collect()
}

const TEMPLATE_LEFT: Rule = Rule {
    name: "template-left",
    level: Severity::Error,
    what: "No title, preheader or description is still the one that `newsletter new` wrote, and no address, author or tag \
           of a link. Drafts are exempt.",
    why: "An inbox shows the preheader beside the subject: the template's sentence there tells every reader that it was \
          forgotten.",
    example: "title = \"Untitled\"",
    source: "common sense",
    check: Check::Issue(template_left),
};

fn template_left(context: &IssueContext<'_>) -> Vec<Finding> {
    if context.issue().draft {
        return Vec::new();
    }
    let template = context.template_texts();
    let words = author_texts(context.source()).into_iter().filter(|(words, _)| template.contains(words));
    // What `placeholder-link` finds is not said twice.
    let is_found_there = |value: &str| leads_to_example(value) && !is_itself_an_example(context);
    let examples = template_examples(context.source()).into_iter().filter(|(value, _)| !is_found_there(value));
    let findings = words.chain(examples).map(|(words, span)| {
        Finding::new(format!("{} is from the template", quote(&words)))
            .at(context.place_in_issue(&span))
            .help("replace it with words for this issue, or remove the line")
    });
    findings.collect()
}

const EXAMPLE_SETTINGS: Rule = Rule {
    name: "example-settings",
    level: Severity::Error,
    what: "No name, sender, site, postal address, unsubscribe page or test address is still the example that \
           `newsletter init` wrote. The outbox is exempt.",
    why: "Nobody can reply to an example or unsubscribe from it, and mailbox providers take it for spam.",
    example: "address = \"My Newsletter, Example Street 1, 12345 Example\"",
    source: "common sense",
    check: Check::Newsletter(example_settings),
};

fn example_settings(context: &NewsletterContext<'_>) -> Vec<Finding> {
    let examples = context.identity().into_iter().filter(IdentitySetting::is_from_starter);
    let found = examples.filter_map(|setting| {
        let place = context.place(&setting)?;
        let message = format!("{} is still the example from `newsletter init`", quote(&setting.value));
        Some(Finding::new(message).at(place).help(setting.help))
    });
    found.collect()
}

const EXAMPLE_DOMAIN: Rule = Rule {
    name: "example-domain",
    level: Severity::Error,
    what: "No sender, site or unsubscribe page is at a domain that is reserved for documentation, unless every reader is \
           at one too.",
    why: "Replies, bounces and unsubscribe requests sent there are lost, and mailbox providers reject such senders.",
    example: "from = \"Ada <ada@example.org>\"",
    source: "RFC 2606; RFC 6761",
    check: Check::Newsletter(example_domain),
};

fn example_domain(context: &NewsletterContext<'_>) -> Vec<Finding> {
    let reserved = context
        .identity()
        .into_iter()
        .filter(|setting| setting.is_at_reserved_domain() && !setting.is_from_starter())
        .filter_map(|setting| Some((context.place(&setting)?, setting)));
    let reserved: Vec<_> = reserved.collect();
    if reserved.is_empty() {
        return Vec::new();
    }
    // Reading a long list takes a while, so it is read only when it matters.
    let Some(reader) = context.real_recipient() else { return Vec::new() };
    let found = reserved.into_iter().map(|(place, setting)| {
        let message = format!("{} is at an example domain, but {} is not", quote(&setting.value), quote(&reader));
        Finding::new(message).at(place).help(setting.help)
    });
    found.collect()
}

const EXAMPLE_TEXT: Rule = Rule {
    name: "example-text",
    level: Severity::Error,
    what: "Nothing of the sample issue that `newsletter init` wrote is left in an issue. Drafts and the outbox are exempt.",
    why: "Its links lead nowhere, and its sentences tell every reader that the letter was never finished.",
    example: "title = \"The sample issue\"",
    source: "common sense",
    check: Check::Issue(example_text),
};

fn example_text(context: &IssueContext<'_>) -> Vec<Finding> {
    if context.issue().draft || matches!(context.settings().courier, CourierSettings::Outbox(_)) {
        return Vec::new();
    }
    let found = starter_texts(context.source()).into_iter().map(|(words, span)| {
        Finding::new(format!("{} is left over from the sample issue", quote(&words)))
            .at(context.place_in_issue(&span))
            .help("write your own, or remove it")
    });
    found.collect()
}
