//! Checks the URLs of a letter and normalizes them as the WHATWG URL standard does.

mod mistakes;

use url::Url;

pub(crate) use self::mistakes::url_doubt;

use super::slots;
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::quote;
use crate::model::EmailAddress;

/// The longest URL taken, in bytes: what every client and proxy still follows.
const LONGEST: usize = 2000;

/// An absolute http or https URL, ASCII, as the standard serializes it.
pub(crate) fn http_url(text: &str) -> Result<Url, Problem> {
    if text.contains(slots::OPENING) {
        return Err(Problem::new("a link is the same for every subscriber").help("remove `{subscriber.…}`"));
    }
    if let Some(mistake) = mistakes::certain(text) {
        return Err(suggested(
            Problem::new(mistake.message),
            mistake.meant,
            "write the full URL, as a browser shows it",
        ));
    }
    if let Some(wrong) = text.chars().find(|letter| letter.is_whitespace() || letter.is_control()) {
        let name =
            if wrong == ' ' { "a space".to_owned() } else { format!("the character U+{:04X}", u32::from(wrong)) };
        let problem = Problem::new(format!("the URL contains {name}"));
        return Err(suggested(problem, mistakes::meant(text), "delete it, or write a space as `%20`"));
    }
    let url = match text.split_once("://") {
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") => {
            Url::parse(text).map_err(|error| {
                let problem = Problem::new(format!("{} is not a URL: {error}", quote(text)));
                suggested(problem, mistakes::meant(text), "write the full URL, as a browser shows it")
            })?
        }
        _ => return Err(not_web(text)),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Problem::new("the URL contains a user name or password").help("remove the part before the `@`"));
    }
    if url.as_str().len() > LONGEST {
        let length = url.as_str().len();
        return Err(
            Problem::new(format!("the URL is {length} bytes long; the limit is {LONGEST}")).help("use a shorter one")
        );
    }
    Ok(url)
}

fn not_web(text: &str) -> Problem {
    let problem = Problem::new(format!("{} is not an http or https URL", quote(text)));
    if is_mailto(text) {
        let help = format!("write `[words]({text})` in a text; a link with it in its `description` needs no `url`");
        return problem.help(help);
    }
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let other = if host.contains(':') {
        "links must start with `https://` or `http://`"
    } else {
        "write the full URL: `https://…`"
    };
    suggested(problem, mistakes::meant(text), other)
}

/// `problem` with the URL that was meant as its help, or with `other` when there is none.
fn suggested(problem: Problem, meant: Option<String>, other: &str) -> Problem {
    problem.help(meant.map_or_else(|| other.to_owned(), |meant| format!("did you mean {}?", quote(&meant))))
}

/// An absolute https URL.
pub(crate) fn https_url(text: &str) -> Result<Url, Problem> {
    let url = http_url(text)?;
    if url.scheme() == "https" {
        return Ok(url);
    }
    let problem = Problem::new(format!("{} is not an https URL", quote(text)));
    Err(problem.help(format!("write {} if the server supports it", quote(&text.replacen("http", "https", 1)))))
}

/// A folder of a web site: a web address without query and fragment, its path ended by `/`.
pub(crate) fn folder_url(text: &str) -> Result<Url, Problem> {
    let mut url = http_url(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Problem::new(format!("{} is not a base URL", quote(text))).help("end it before `?` or `#`"));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// A URL that readers may click: http, https or mailto.
pub(crate) fn clickable_url(text: &str) -> Result<String, Problem> {
    if !is_mailto(text) {
        return http_url(text).map(String::from);
    }
    let rest = &text[MAILTO.len()..];
    let (address, parameters) = match rest.split_once('?') {
        Some((address, parameters)) => (address, Some(parameters)),
        None => (rest, None),
    };
    let address = EmailAddress::parse(address)
        .map_err(|error| Problem::new(format!("{} is not an address: {error}", quote(address))))?;
    // RFC 6068 wants `%` and `?` and the like encoded in the address; nothing else of `atext` needs it in practice.
    let written = match parameters {
        Some(parameters) => format!("mailto:{}?{parameters}", address.to_string().replace('%', "%25")),
        None => format!("mailto:{}", address.to_string().replace('%', "%25")),
    };
    Url::parse(&written)
        .map(String::from)
        .map_err(|error| Problem::new(format!("{} is not a URL: {error}", quote(text))))
}

/// Returns the URL that a person typed, if it can be linked.
///
/// Errors with the reason and what to do, in one line.
pub(crate) fn web_url(text: &str) -> Result<Url, String> {
    http_url(text).map_err(Problem::into_line)
}

/// The scheme of a mail address as a link.
const MAILTO: &str = "mailto:";

fn is_mailto(text: &str) -> bool {
    text.get(..MAILTO.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(MAILTO))
}

/// The name of the site `url` is on: its host without `www.`, in letters rather than A-labels.
pub(crate) fn site_name(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(host);
    match idna::domain_to_unicode(host) {
        (unicode, Ok(())) => unicode,
        _ => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<T>(result: Result<T, Problem>) -> String {
        let problem = result.err().unwrap();
        format!("{} / {}", problem.message, problem.help.unwrap_or_default())
    }

    #[test]
    fn a_url_is_spelled_as_the_standard_does() {
        let cases = [
            ("https://Example.org", "https://example.org/"),
            ("HTTP://example.org/a b".replace(' ', "%20").as_str(), "http://example.org/a%20b"),
            ("https://bücher.example/straße?q=ü#é", "https://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%BC#%C3%A9"),
            ("https://example.org:443/../x", "https://example.org/x"),
        ]
        .map(|(written, read)| (written.to_owned(), read));
        for (written, read) in cases {
            assert_eq!(http_url(&written).unwrap().as_str(), read);
        }
        assert_eq!(folder_url("https://example.org/letter").unwrap().as_str(), "https://example.org/letter/");
        assert_eq!(site_name(&http_url("https://www.bücher.example/x").unwrap()), "bücher.example");
        assert_eq!(site_name(&http_url("https://www.org/x").unwrap()), "www.org");
    }

    #[test]
    fn what_is_no_web_address_is_refused_with_the_reason() {
        let long = format!("https://example.org/{}", "x".repeat(LONGEST));
        let cases = [
            (
                "htps://example.org/a",
                "`htps://example.org/a` is not an http or https URL / did you mean `https://example.org/a`?",
            ),
            (
                "www.example.org/a",
                "`www.example.org/a` is not an http or https URL / did you mean `https://www.example.org/a`?",
            ),
            (
                "javascript:alert(1)",
                "`javascript:alert(1)` is not an http or https URL / links must start with `https://` or `http://`",
            ),
            (
                "ftp://example.org",
                "`ftp://example.org` is not an http or https URL / links must start with `https://` or `http://`",
            ),
            (
                "mailto:ada@example.org",
                "`mailto:ada@example.org` is not an http or https URL / write `[words](mailto:ada@example.org)` \
                 in a text; a link with it in its `description` needs no `url`",
            ),
            (
                "https:example.org",
                "`https:example.org` is not an http or https URL / did you mean `https://example.org`?",
            ),
            ("https://", "`https://` is not a URL: empty host / write the full URL, as a browser shows it"),
            (
                "https://https://example.org",
                "`https://https://example.org` has two schemes / did you mean `https://example.org`?",
            ),
            ("https://example,org", "`,` in the host `example,org` / did you mean `https://example.org`?"),
            ("https://intranet/a", "the host `intranet` has no dot / write the full URL, as a browser shows it"),
            ("https://exa mple.org", "the URL contains a space / delete it, or write a space as `%20`"),
            (
                "https://example.org/\u{a0}",
                "the URL contains the character U+00A0 / did you mean `https://example.org/`?",
            ),
            (
                "https://ada:secret@example.org",
                "the URL contains a user name or password / remove the part before the `@`",
            ),
            (&long, "the URL is 2020 bytes long; the limit is 2000 / use a shorter one"),
            (
                "https://example.org/{subscriber.name|x}",
                "a link is the same for every subscriber / remove `{subscriber.…}`",
            ),
        ];
        for (written, message) in cases {
            assert_eq!(said(http_url(written)), message, "{written}");
        }
        assert_eq!(
            said(https_url("http://example.org/a.png")),
            "`http://example.org/a.png` is not an https URL / write `https://example.org/a.png` if the server supports it"
        );
        assert_eq!(
            said(folder_url("https://example.org/?a")),
            "`https://example.org/?a` is not a base URL / end it before `?` or `#`"
        );
    }

    #[test]
    fn a_mailto_link_holds_an_address() {
        assert_eq!(
            clickable_url("MAILTO:Ada@Example.org?subject=a b").unwrap(),
            "mailto:Ada@example.org?subject=a%20b"
        );
        assert_eq!(said(clickable_url("mailto:ada")), "`ada` is not an address: it has no `@` / ");
        assert_eq!(
            said(clickable_url("/about")),
            "`/about` is not an http or https URL / write the full URL: `https://…`"
        );
    }
}
