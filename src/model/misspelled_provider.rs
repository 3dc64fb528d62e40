//! Recognizes misspelled domains of large mail providers.

use super::address::EmailAddress;

/// Misspelled domains seen on lists, and the domains that were meant. None of them is used for mail by its owner.
const TYPOS: [(&str, &str); 47] = [
    ("gmial.com", "gmail.com"),
    ("gmai.com", "gmail.com"),
    ("gmal.com", "gmail.com"),
    ("gamil.com", "gmail.com"),
    ("gnail.com", "gmail.com"),
    ("gmaill.com", "gmail.com"),
    ("gmail.co", "gmail.com"),
    ("gmail.cm", "gmail.com"),
    ("gmail.con", "gmail.com"),
    ("gmail.om", "gmail.com"),
    ("gmail.comm", "gmail.com"),
    ("gmil.com", "gmail.com"),
    ("gmaik.com", "gmail.com"),
    ("gmsil.com", "gmail.com"),
    ("gmail.de", "gmail.com"),
    ("googlemail.co", "googlemail.com"),
    ("hotmial.com", "hotmail.com"),
    ("hotmal.com", "hotmail.com"),
    ("hotmai.com", "hotmail.com"),
    ("hotmil.com", "hotmail.com"),
    ("hotmaill.com", "hotmail.com"),
    ("hotmail.con", "hotmail.com"),
    ("hotmail.co", "hotmail.com"),
    ("hotmail.cm", "hotmail.com"),
    ("homail.com", "hotmail.com"),
    ("outlok.com", "outlook.com"),
    ("outloo.com", "outlook.com"),
    ("outlook.con", "outlook.com"),
    ("outlook.co", "outlook.com"),
    ("outllok.com", "outlook.com"),
    ("otlook.com", "outlook.com"),
    ("yaho.com", "yahoo.com"),
    ("yahooo.com", "yahoo.com"),
    ("yhoo.com", "yahoo.com"),
    ("yahho.com", "yahoo.com"),
    ("yahoo.con", "yahoo.com"),
    ("yahoo.cm", "yahoo.com"),
    ("yaoo.com", "yahoo.com"),
    ("iclod.com", "icloud.com"),
    ("icloud.con", "icloud.com"),
    ("icoud.com", "icloud.com"),
    ("icluod.com", "icloud.com"),
    ("icould.com", "icloud.com"),
    ("protonmail.con", "protonmail.com"),
    ("aol.con", "aol.com"),
    ("gmx.dee", "gmx.de"),
    ("gmxx.de", "gmx.de"),
];

/// Returns the address that was probably meant; `None` if its domain is no known misspelling.
pub fn meant(address: &EmailAddress) -> Option<String> {
    let (_, meant) = TYPOS.iter().find(|(typo, _)| *typo == address.domain())?;
    Some(format!("{}@{meant}", address.local()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_is_told_and_what_is_right_is_not() {
        let meant = |text| meant(&EmailAddress::parse(text).unwrap());
        assert_eq!(meant("Mina@GMIAL.com").as_deref(), Some("Mina@gmail.com"));
        for right in ["mina@gmail.com", "mina@mail.com", "mina@gmx.net", "mina@example.org"] {
            assert_eq!(meant(right), None, "{right}");
        }
    }
}
