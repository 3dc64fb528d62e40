//! Reads the tables that readers see the effect of: `[newsletter]`, `[images]`, `[unsubscribe]`.

use super::{theme, topics, words};
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::quote;
use crate::issue::{slug, web_address};
use crate::model::{Direction, EmailAddress, Mailbox, Publication, Subscription, TokenAddress, Unsubscribe, Word};
use crate::toml::Table;

/// The placeholder for the subscriber's token in the unsubscribe URL.
const TOKEN: &str = "{token}";

/// The lengths `Feedback-ID` wants of its last field.
const SENDER_ID_LENGTHS: std::ops::RangeInclusive<usize> = 5..=15;

/// Reads the publication, reporting what is wrong. The subject pattern and the token key are read elsewhere.
pub(in crate::config) fn read(
    top: &Table<'_>,
    newsletter: Option<&Table<'_>>,
    unsubscribe: Option<&Table<'_>>,
) -> Option<Publication> {
    let topics = topics::read(top);
    let (theme, logo) = theme::read(top.table("theme").as_ref());
    let images = top.table("images").and_then(|table| {
        let base =
            table.parsed("base_url", |text| web_address::https_url(text).and_then(|_| web_address::folder_url(text)));
        table.reject_unknown(|_| None);
        base
    });
    let unsubscribe = unsubscribe.and_then(read_unsubscribe);
    let words = top.table("words").map(|table| words::read(&table)).unwrap_or_default();
    let table = newsletter?;
    table.require(&[
        ("name", "name = \"…\""),
        ("from", "from = \"Ada Example <ada@example.org>\""),
        ("site", "site = \"https://letter.example.org/\""),
        ("address", "address = \"Street, town, country\""),
    ]);
    let name = table.line("name").map(|text| text.value);
    let description = table.line_or_empty("description").map(|text| text.value).unwrap_or_default();
    let from = table.parsed("from", mailbox);
    let reply_to = table.parsed("reply_to", address);
    let envelope_sender = table.parsed("envelope_sender", token_address);
    let site = table.parsed("site", web_address::folder_url);
    let postal_address = table.line("address").map(|text| text.value);
    let reason = table.line("reason").map(|text| text.value);
    let language = table.parsed("language", language).unwrap_or_else(|| "en".to_owned());
    let direction = table.parsed("direction", direction).unwrap_or_else(|| default_direction(&language));
    let list_id = table.parsed("list_id", list_id);
    let sender_id = table.parsed("sender_id", sender_id);
    let subscription = table.parsed("subscribe", web_address::clickable_url).map(Subscription::Link);

    let (name, from, site) = (name?, from?, site?);
    let host = web_address::site_name(&site);
    let images: String = images.unwrap_or_else(|| site.join("img/").unwrap_or_else(|_| site.clone())).into();
    Some(Publication {
        description,
        reply_to,
        envelope_sender: envelope_sender.unwrap_or_else(|| from.address.clone().into()),
        list_id: list_id.unwrap_or_else(|| default_list_id(&name, from.address.domain())),
        sender_id: sender_id.unwrap_or_else(|| default_sender_id(&name)),
        postal_address: postal_address?,
        reason: reason.unwrap_or_else(|| words.filled(Word::Reason, &[("site", &host)])),
        language,
        direction,
        words,
        theme,
        logo: logo.map(|logo| logo.below(&images)),
        images,
        unsubscribe: unsubscribe?,
        topics,
        has_topic_page: false,
        subscription,
        site: site.into(),
        from,
        name,
    })
}

fn read_unsubscribe(table: &Table<'_>) -> Option<Unsubscribe> {
    let url = table.parsed("url", unsubscribe_url);
    let mailto = table.parsed("mailto", |text| token_address(text.strip_prefix("mailto:").unwrap_or(text)));
    if !table.has("url") && !table.has("mailto") {
        let problem = Problem::new("no way to unsubscribe");
        table.error(
            table.span(),
            problem.help("add `url = \"https://…/{token}\"` or `mailto = \"…\"`, preferably both"),
        );
    }
    (url.is_some() || mailto.is_some()).then_some(Unsubscribe { url, mailto })
}

/// The one-click URL in two pieces around the token, which stands in its path or query (RFC 8058 3.1 wants https).
fn unsubscribe_url(text: &str) -> Result<(String, String), Problem> {
    // Letters no URL encoding touches, so that they are found again in the normalized URL.
    const MARK: &str = "SUBSCRIBERS-OWN-TOKEN";
    let problem =
        |message: String| Problem::new(message).help("write `{token}` once: `https://letter.example.org/u/{token}`");
    let url =
        web_address::https_url(&text.replacen(TOKEN, MARK, 1)).map_err(|problem| problem.with_original(MARK, TOKEN))?;
    let count = text.matches(TOKEN).count();
    if count != 1 {
        let found = if count == 0 { "does not contain" } else { "contains more than one" };
        return Err(problem(format!("{} {found} `{TOKEN}`", quote(text))));
    }
    match url.as_str().split_once(MARK) {
        Some((before, after)) if url.fragment().is_none() => Ok((before.to_owned(), after.to_owned())),
        _ => Err(problem(format!("{} has `{TOKEN}` outside its path and query", quote(text)))),
    }
}

/// `Ada Example <ada@example.org>`, or the address alone.
pub(in crate::config) fn mailbox(text: &str) -> Result<Mailbox, Problem> {
    let Some((name, rest)) = text.split_once('<') else {
        return Ok(Mailbox { name: None, address: address(text)? });
    };
    let Some(written) = rest.strip_suffix('>') else {
        let problem = Problem::new(format!("{} is not a name and an address", quote(text)));
        return Err(problem.help("write `Ada Example <ada@example.org>`"));
    };
    let name = name.trim();
    let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name).trim();
    Ok(Mailbox { name: (!name.is_empty()).then(|| name.to_owned()), address: address(written)? })
}

pub(in crate::config) fn address(text: &str) -> Result<EmailAddress, Problem> {
    EmailAddress::parse(text).map_err(|error| Problem::new(format!("{} is not an address: {error}", quote(text))))
}

/// An address of the newsletter, in which the token of a reader may stand.
fn token_address(text: &str) -> Result<TokenAddress, Problem> {
    TokenAddress::parse(text).map_err(|error| {
        let problem = Problem::new(format!("{} is not an address: {error}", quote(text)));
        if text.contains(TOKEN) {
            problem.help("`{token}` stands once before the `@`, for 26 characters: `bounces+{token}@example.org`")
        } else {
            problem
        }
    })
}

/// A tag such as `en`, `de-AT` or `zh-Hant` (RFC 5646 2.1, its shape only).
fn language(text: &str) -> Result<String, Problem> {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let primary = (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    let others = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if primary && parts.all(others) {
        return Ok(text.to_owned());
    }
    Err(Problem::new(format!("{} is not a language tag", quote(text))).help("write `en`, `de-AT` or the like"))
}

fn direction(text: &str) -> Result<Direction, Problem> {
    match text {
        "ltr" => Ok(Direction::LeftToRight),
        "rtl" => Ok(Direction::RightToLeft),
        _ => Err(Problem::new(format!("{} is not a direction", quote(text))).help("write `ltr` or `rtl`")),
    }
}

/// The direction a language is written in, by its script when it names one.
fn default_direction(language: &str) -> Direction {
    let mut parts = language.split('-');
    let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
    let script = parts.next().filter(|part| part.len() == 4).map(str::to_ascii_lowercase);
    let right_to_left = match script.as_deref() {
        Some(script) => ["arab", "hebr", "syrc", "thaa", "nkoo", "adlm"].contains(&script),
        None => ["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"].contains(&primary.as_str()),
    };
    if right_to_left { Direction::RightToLeft } else { Direction::LeftToRight }
}

/// RFC 2919 3: dot-separated words, at most 255 bytes.
fn list_id(text: &str) -> Result<String, Problem> {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if text.len() <= 255 && text.contains('.') && text.split('.').all(word) {
        return Ok(text.to_owned());
    }
    Err(Problem::new(format!("{} is not a list identifier", quote(text)))
        .help("write it like a domain: `weekly.example.org`"))
}

fn default_list_id(name: &str, domain: &str) -> String {
    let mut slug = slug(name);
    // Leaves room for the longest domain, 253 bytes less what an address needs.
    slug.truncate(60);
    let slug = slug.trim_end_matches('-');
    let label = if slug.is_empty() { "newsletter" } else { slug };
    let id = format!("{label}.{domain}");
    if id.len() <= 255 { id } else { domain.to_owned() }
}

fn sender_id(text: &str) -> Result<String, Problem> {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if letters && SENDER_ID_LENGTHS.contains(&text.len()) {
        return Ok(text.to_owned());
    }
    let problem = Problem::new(format!("{} is not a sender identifier", quote(text)));
    Err(problem.help("write 5 to 15 letters, digits or hyphens, and never change them"))
}

fn default_sender_id(name: &str) -> String {
    let mut id = slug(name);
    if id.len() < *SENDER_ID_LENGTHS.start() {
        id = if id.is_empty() { "newsletter".to_owned() } else { format!("{id}-letter") };
    }
    id.truncate(*SENDER_ID_LENGTHS.end());
    id.truncate(id.trim_end_matches('-').len());
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_come_from_the_name() {
        let cases = [
            ("Distributed Bytes", "distributed-bytes.example.org", "distributed-byt"),
            ("Rustling", "rustling.example.org", "rustling"),
            ("db", "db.example.org", "db-letter"),
            ("週刊", "newsletter.example.org", "newsletter"),
            ("Four Words In Here", "four-words-in-here.example.org", "four-words-in-h"),
            ("Ada's twelve as weekly", "adas-twelve-as-weekly.example.org", "adas-twelve-as"),
        ];
        for (name, list, sender) in cases {
            assert_eq!(
                (default_list_id(name, "example.org").as_str(), default_sender_id(name).as_str()),
                (list, sender)
            );
            assert!(list_id(list).is_ok() && sender_id(sender).is_ok(), "{name}");
        }
    }

    #[test]
    fn the_token_stands_once_where_a_server_sees_it() {
        let pieces = |before: &str, after: &str| Ok((before.to_owned(), after.to_owned()));
        assert_eq!(unsubscribe_url("https://Example.org/u/{token}"), pieces("https://example.org/u/", ""));
        assert_eq!(
            unsubscribe_url("https://example.org/u?t={token}&x=ü"),
            pieces("https://example.org/u?t=", "&x=%C3%BC")
        );
        let cases = [
            ("https://example.org/u", "`https://example.org/u` does not contain `{token}`"),
            (
                "https://example.org/{token}{token}",
                "`https://example.org/{token}{token}` contains more than one `{token}`",
            ),
            ("https://{token}.example.org/", "`https://{token}.example.org/` has `{token}` outside its path and query"),
            ("https://example.org/#{token}", "`https://example.org/#{token}` has `{token}` outside its path and query"),
        ];
        for (url, message) in cases {
            assert_eq!(unsubscribe_url(url).unwrap_err().message, message);
        }
        assert_eq!(
            unsubscribe_url("http://example.org/{token}"),
            Err(Problem::new("`http://example.org/{token}` is not an https URL")
                .help("write `https://example.org/{token}` if the server supports it"))
        );
    }

    #[test]
    fn a_language_names_its_direction() {
        for (tag, attribute) in [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("ur-Latn", "ltr")]
        {
            assert_eq!(default_direction(&language(tag).unwrap()).attribute(), attribute, "{tag}");
        }
        for tag in ["", "e", "english", "en_US", "en-", "-en", "en-abcdefghi"] {
            assert!(language(tag).is_err(), "{tag}");
        }
    }

    #[test]
    fn a_mailbox_is_a_name_and_an_address_or_an_address() {
        let named = |text: &str| mailbox(text).map(|mailbox| (mailbox.name, mailbox.address.to_string()));
        let ada = "ada@example.org".to_owned();
        assert_eq!(named("Ada <ada@example.org>"), Ok((Some("Ada".to_owned()), ada.clone())));
        assert_eq!(named("\"Ada, L.\" <ada@example.org>"), Ok((Some("Ada, L.".to_owned()), ada.clone())));
        assert_eq!(named("<ada@example.org>"), Ok((None, ada.clone())));
        assert_eq!(named("ada@example.org"), Ok((None, ada)));
        assert_eq!(
            named("Ada ada@example.org").unwrap_err().message,
            "`Ada ada@example.org` is not an address: it contains a space or control character"
        );
        assert_eq!(
            named("Ada <ada@example.org").unwrap_err().message,
            "`Ada <ada@example.org` is not a name and an address"
        );
    }
}
