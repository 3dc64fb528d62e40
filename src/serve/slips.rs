//! Recognises slips of the finger in the domains of large mail services. Pure.

use crate::model::EmailAddress;

/// The domains people mean, each with slips that are nobody's mail service.
const SLIPS: [(&str, &[&str]); 6] = [
    (
        "gmail.com",
        &["gmial.com", "gmai.com", "gmal.com", "gamil.com", "gmail.co", "gmail.con", "gmail.cm", "gnail.com"],
    ),
    ("hotmail.com", &["hotmial.com", "hotmai.com", "hotmal.com", "hotmail.con", "hotmail.co"]),
    ("outlook.com", &["outlok.com", "outloo.com", "outlook.con"]),
    ("yahoo.com", &["yaho.com", "yahooo.com", "yahoo.con", "yhoo.com"]),
    ("icloud.com", &["iclod.com", "icloud.con", "icould.com"]),
    ("gmx.de", &["gmx.dee", "gmxx.de"]),
];

/// Returns the address that was probably meant; `None` if there is nothing odd about this one.
pub(super) fn meant(address: &EmailAddress) -> Option<String> {
    let (meant, _) = SLIPS.iter().find(|(_, slips)| slips.contains(&address.domain()))?;
    Some(format!("{}@{meant}", address.local()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_and_what_is_right_is_not() {
        let meant = |text| meant(&EmailAddress::parse(text).unwrap());
        assert_eq!(meant("Mina@GMIAL.com").as_deref(), Some("Mina@gmail.com"));
        for right in ["mina@gmail.com", "mina@mail.com", "mina@gmx.net", "mina@example.org"] {
            assert_eq!(meant(right), None, "{right}");
        }
    }
}
