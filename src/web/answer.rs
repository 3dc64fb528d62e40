//! What became of asking for a page, and what that means for a reader who follows the link.

use serde::{Deserialize, Serialize};

/// What became of asking for a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// When it was asked for: seconds since 1970.
    pub asked: i64,
    /// Where it sent whoever asked, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hops: Vec<Hop>,
    /// How it ended.
    pub ending: Ending,
    /// Whether a page of `http` answers at the same address of `https` too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_tls: bool,
}

/// A redirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hop {
    /// Its status: 301, 302, 303, 307 or 308.
    pub status: u16,
    /// The address it names, made absolute.
    pub to: String,
}

impl Hop {
    /// Whether it is for good (RFC 9110, 15.4.2 and 15.4.9).
    pub fn is_permanent(&self) -> bool {
        matches!(self.status, 301 | 308)
    }
}

/// How asking for a page ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ending {
    /// A server answered, and not with a redirect.
    Status(u16),
    /// There is no host of that name.
    NoSuchHost,
    /// The name could not be looked up; why not.
    NoLookUp(String),
    /// Nobody takes connections there; why not.
    NoConnection(String),
    /// The server's certificate or its TLS is not to be trusted; why not.
    NoTls(String),
    /// The server had all the time it gets.
    TooSlow,
    /// What came back is not HTTP; what is wrong with it.
    NotHttp(String),
    /// The address is not on the public internet: the address, what kind it is.
    NotPublic(String, String),
    /// A redirect leads to where no browser would follow it, or not safely: the address.
    Astray(String),
    /// One redirect after the other.
    RunsInCircles,
    /// It was not asked: there was no time left.
    NotAsked,
}

/// What an answer means to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The page is there.
    Fine,
    /// The server does not talk to programs; people may well see the page.
    Walled,
    /// Something is wrong that may pass, or that only some readers see.
    Unwell,
    /// Nobody gets a page there.
    Dead,
    /// Nobody knows: it was not asked.
    Unknown,
}

impl Answer {
    /// What it means to a reader.
    pub fn standing(&self) -> Standing {
        match self.ending {
            Ending::Status(200..=399) => Standing::Fine,
            // What sites say to programs that people's browsers do not hear; 999 is LinkedIn's own.
            Ending::Status(401 | 402 | 403 | 405 | 406 | 429 | 999) => Standing::Walled,
            Ending::Status(404 | 410) | Ending::NoSuchHost | Ending::NotPublic(..) | Ending::RunsInCircles => {
                Standing::Dead
            }
            Ending::NotAsked => Standing::Unknown,
            _ => Standing::Unwell,
        }
    }

    /// Where it led for good: the last address that permanent redirects alone lead to.
    pub fn moved_to(&self) -> Option<&str> {
        self.hops.iter().take_while(|hop| hop.is_permanent()).last().map(|hop| hop.to.as_str())
    }

    /// The address of the page that answered, when a redirect led there.
    pub fn led_to(&self) -> Option<&str> {
        self.hops.last().map(|hop| hop.to.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permanent_redirects_count_until_one_is_not() {
        let hop = |status, to: &str| Hop { status, to: to.to_owned() };
        let answer = |hops| Answer { asked: 0, hops, ending: Ending::Status(200), with_tls: false };
        let mixed = answer(vec![hop(301, "a"), hop(308, "b"), hop(302, "c"), hop(301, "d")]);
        assert_eq!((mixed.moved_to(), mixed.led_to()), (Some("b"), Some("d")));
        assert_eq!(answer(vec![hop(302, "a"), hop(301, "b")]).moved_to(), None);
        assert_eq!(answer(Vec::new()).led_to(), None);
    }

    #[test]
    fn walls_are_told_from_ruins() {
        let standing =
            |status| Answer { asked: 0, hops: Vec::new(), ending: Ending::Status(status), with_tls: false }.standing();
        assert_eq!([200, 204, 304].map(standing), [Standing::Fine; 3]);
        assert_eq!([401, 403, 405, 429, 999].map(standing), [Standing::Walled; 5]);
        assert_eq!([404, 410].map(standing), [Standing::Dead; 2]);
        assert_eq!([400, 418, 500, 503].map(standing), [Standing::Unwell; 4]);
    }
}
