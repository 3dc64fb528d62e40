//! Links: which URLs may stand in a letter, in the spelling of the WHATWG URL standard.

use url::Url;

use super::slots;
use super::suggestion::{closest, quote};
use super::toml_file::Fault;
use crate::model::EmailAddress;

/// The longest URL taken, in bytes: what every client and proxy still follows.
const LONGEST: usize = 2000;

/// An absolute http or https URL, ASCII, as the standard serialises it.
pub(super) fn web(text: &str) -> Result<Url, Fault> {
    if text.contains(slots::OPENING) {
        return Err(Fault::new("a link is the same for every subscriber").help("take the `{subscriber.…}` out"));
    }
    if let Some(wrong) = text.chars().find(|letter| letter.is_whitespace() || letter.is_control()) {
        let name =
            if wrong == ' ' { "a space".to_owned() } else { format!("the character U+{:04X}", u32::from(wrong)) };
        return Err(Fault::new(format!("{name} in a URL")).help("delete it, or write a space as `%20`"));
    }
    let url = match text.split_once("://") {
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") => {
            Url::parse(text).map_err(|error| Fault::new(format!("{} is not a URL: {error}", quote(text))))?
        }
        _ => return Err(not_web(text)),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Fault::new("a user name or password in a URL").help("take out what stands before the `@`"));
    }
    if url.as_str().len() > LONGEST {
        let length = url.as_str().len();
        return Err(Fault::new(format!("a URL of {length} bytes, more than {LONGEST}")).help("find a shorter one"));
    }
    Ok(url)
}

fn not_web(text: &str) -> Fault {
    let fault = Fault::new(format!("{} is not an http or https URL", quote(text)));
    if let Some((scheme, rest)) = text.split_once("://") {
        let close = closest(scheme, ["https", "http"]).unwrap_or_default();
        if !close.is_empty() {
            return fault.help(format!("did you mean {}?", quote(&format!("{close}://{rest}"))));
        }
    }
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains(':') {
        fault.help("a letter links to `https://…` and `http://…`")
    } else if host.contains('.') && !host.contains('@') {
        fault.help(format!("did you mean {}?", quote(&format!("https://{text}"))))
    } else {
        fault.help("write the whole address: `https://…`")
    }
}

/// An absolute https URL.
pub(super) fn secure(text: &str) -> Result<Url, Fault> {
    let url = web(text)?;
    if url.scheme() == "https" {
        return Ok(url);
    }
    let fault = Fault::new(format!("{} is not an https URL", quote(text)));
    Err(fault.help(format!("write {}, if the server speaks it", quote(&text.replacen("http", "https", 1)))))
}

/// A folder of a web site: [`web`] without query and fragment, its path ended by `/`.
pub(super) fn folder(text: &str) -> Result<Url, Fault> {
    let mut url = web(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(
            Fault::new(format!("{} is not a folder of a web site", quote(text))).help("end it before `?` or `#`")
        );
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// A URL somebody may click: http, https or mailto.
pub(super) fn clickable(text: &str) -> Result<String, Fault> {
    let Some(rest) = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).map(|_| &text[7..]) else {
        return web(text).map(String::from);
    };
    let (address, parameters) = match rest.split_once('?') {
        Some((address, parameters)) => (address, Some(parameters)),
        None => (rest, None),
    };
    let address = EmailAddress::parse(address)
        .map_err(|error| Fault::new(format!("{} is not an address: {error}", quote(address))))?;
    // RFC 6068 wants `%` and `?` and the like encoded in the address; nothing else of `atext` needs it in practice.
    let written = match parameters {
        Some(parameters) => format!("mailto:{}?{parameters}", address.to_string().replace('%', "%25")),
        None => format!("mailto:{}", address.to_string().replace('%', "%25")),
    };
    Url::parse(&written).map(String::from).map_err(|error| Fault::new(format!("{} is not a URL: {error}", quote(text))))
}

/// The name of the site `url` is on: its host without `www.`, in letters rather than A-labels.
pub(super) fn site_name(url: &Url) -> String {
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

    fn said<T>(result: Result<T, Fault>) -> String {
        let fault = result.err().unwrap();
        format!("{} / {}", fault.message, fault.help.unwrap_or_default())
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
            assert_eq!(web(&written).unwrap().as_str(), read);
        }
        assert_eq!(folder("https://example.org/letter").unwrap().as_str(), "https://example.org/letter/");
        assert_eq!(site_name(&web("https://www.bücher.example/x").unwrap()), "bücher.example");
        assert_eq!(site_name(&web("https://www.org/x").unwrap()), "www.org");
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
                "`javascript:alert(1)` is not an http or https URL / a letter links to `https://…` and `http://…`",
            ),
            (
                "ftp://example.org",
                "`ftp://example.org` is not an http or https URL / a letter links to `https://…` and `http://…`",
            ),
            (
                "mailto:ada@example.org",
                "`mailto:ada@example.org` is not an http or https URL / a letter links to `https://…` and `http://…`",
            ),
            (
                "https:example.org",
                "`https:example.org` is not an http or https URL / a letter links to `https://…` and `http://…`",
            ),
            ("https://", "`https://` is not a URL: empty host / "),
            ("https://exa mple.org", "a space in a URL / delete it, or write a space as `%20`"),
            ("https://example.org/\u{a0}", "the character U+00A0 in a URL / delete it, or write a space as `%20`"),
            (
                "https://ada:secret@example.org",
                "a user name or password in a URL / take out what stands before the `@`",
            ),
            (&long, "a URL of 2020 bytes, more than 2000 / find a shorter one"),
            (
                "https://example.org/{subscriber.name|x}",
                "a link is the same for every subscriber / take the `{subscriber.…}` out",
            ),
        ];
        for (written, message) in cases {
            assert_eq!(said(web(written)), message, "{written}");
        }
        assert_eq!(
            said(secure("http://example.org/a.png")),
            "`http://example.org/a.png` is not an https URL / write `https://example.org/a.png`, if the server speaks it"
        );
        assert_eq!(
            said(folder("https://example.org/?a")),
            "`https://example.org/?a` is not a folder of a web site / end it before `?` or `#`"
        );
    }

    #[test]
    fn a_mailto_link_holds_an_address() {
        assert_eq!(clickable("MAILTO:Ada@Example.org?subject=a b").unwrap(), "mailto:Ada@example.org?subject=a%20b");
        assert_eq!(said(clickable("mailto:ada")), "`ada` is not an address: no `@` / ");
        assert_eq!(
            said(clickable("/about")),
            "`/about` is not an http or https URL / write the whole address: `https://…`"
        );
    }
}
