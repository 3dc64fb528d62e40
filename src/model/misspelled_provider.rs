//! Recognizes misspelled domains of large mail providers.

use super::address::EmailAddress;

/// Misspelled domains seen on lists, in alphabetical order, and the domains that were meant. None of them is used for mail
/// by its owner.
const TYPOS: [(&str, &str); 47] = [
    ("aol.con", "aol.com"),
    ("gamil.com", "gmail.com"),
    ("gmai.com", "gmail.com"),
    ("gmaik.com", "gmail.com"),
    ("gmail.cm", "gmail.com"),
    ("gmail.co", "gmail.com"),
    ("gmail.comm", "gmail.com"),
    ("gmail.con", "gmail.com"),
    ("gmail.de", "gmail.com"),
    ("gmail.om", "gmail.com"),
    ("gmaill.com", "gmail.com"),
    ("gmal.com", "gmail.com"),
    ("gmial.com", "gmail.com"),
    ("gmil.com", "gmail.com"),
    ("gmsil.com", "gmail.com"),
    ("gmx.dee", "gmx.de"),
    ("gmxx.de", "gmx.de"),
    ("gnail.com", "gmail.com"),
    ("googlemail.co", "googlemail.com"),
    ("homail.com", "hotmail.com"),
    ("hotmai.com", "hotmail.com"),
    ("hotmail.cm", "hotmail.com"),
    ("hotmail.co", "hotmail.com"),
    ("hotmail.con", "hotmail.com"),
    ("hotmaill.com", "hotmail.com"),
    ("hotmal.com", "hotmail.com"),
    ("hotmial.com", "hotmail.com"),
    ("hotmil.com", "hotmail.com"),
    ("iclod.com", "icloud.com"),
    ("icloud.con", "icloud.com"),
    ("icluod.com", "icloud.com"),
    ("icoud.com", "icloud.com"),
    ("icould.com", "icloud.com"),
    ("otlook.com", "outlook.com"),
    ("outllok.com", "outlook.com"),
    ("outlok.com", "outlook.com"),
    ("outloo.com", "outlook.com"),
    ("outlook.co", "outlook.com"),
    ("outlook.con", "outlook.com"),
    ("protonmail.con", "protonmail.com"),
    ("yahho.com", "yahoo.com"),
    ("yaho.com", "yahoo.com"),
    ("yahoo.cm", "yahoo.com"),
    ("yahoo.con", "yahoo.com"),
    ("yahooo.com", "yahoo.com"),
    ("yaoo.com", "yahoo.com"),
    ("yhoo.com", "yahoo.com"),
];

/// Returns the address that was probably meant; `None` if its domain is no known misspelling.
pub fn meant(address: &EmailAddress) -> Option<String> {
    let found = TYPOS.binary_search_by_key(&address.domain(), |(typo, _)| typo).ok()?;
    let (_, meant) = TYPOS[found];
    Some(format!("{}@{meant}", address.local()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_misspellings_are_in_the_order_of_the_search() {
        assert!(TYPOS.is_sorted());
    }

    #[test]
    fn a_misspelling_is_told_and_what_is_right_is_not() {
        let meant = |text| meant(&EmailAddress::parse(text).unwrap());
        assert_eq!(meant("Mina@GMIAL.com").as_deref(), Some("Mina@gmail.com"));
        for right in ["mina@gmail.com", "mina@mail.com", "mina@gmx.net", "mina@example.org"] {
            assert_eq!(meant(right), None, "{right}");
        }
    }
}
