//! Knows the words that services use in their merge fields.

/// Words that mean a field wherever they stand in brackets; spaces, dots, hyphens and underscores left out.
const CLEAR: [&str; 38] = [
    "accountname",
    "browserlink",
    "companyname",
    "currentyear",
    "displayname",
    "emailaddress",
    "familyname",
    "firstname",
    "firstnamefix",
    "fname",
    "forename",
    "fullname",
    "givenname",
    "lastname",
    "listaddress",
    "listcompany",
    "listname",
    "listunsubscribe",
    "lname",
    "managepreferences",
    "mergefield",
    "mirrorpage",
    "preferencesurl",
    "recipientemail",
    "recipientname",
    "senderaddress",
    "subscriberemail",
    "subscribername",
    "unsubscribe",
    "unsubscribelink",
    "unsubscribeurl",
    "updateprofile",
    "username",
    "viewinbrowser",
    "viewonline",
    "webversion",
    "yourfirstname",
    "yourname",
];

/// Words that are fields in brackets of a template, and ordinary words elsewhere.
const ORDINARY: [&str; 14] = [
    "address",
    "city",
    "company",
    "contact",
    "country",
    "email",
    "greeting",
    "mail",
    "name",
    "phone",
    "preferences",
    "recipient",
    "subscriber",
    "token",
];

/// The first parts of names such as `recipient.name`.
const OWNERS: [&str; 15] = [
    "contact",
    "contactfield",
    "customer",
    "data",
    "lead",
    "leadfield",
    "member",
    "merge",
    "person",
    "profile",
    "recipient",
    "sub",
    "subscriber",
    "user",
    "var",
];

/// Owners that are ordinary words too. `{data.table}` is a package of R, `{user.settings}` a setting of some program.
const ORDINARY_OWNERS: [&str; 8] = ["customer", "data", "member", "merge", "person", "profile", "user", "var"];

/// The meaning of a word in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldWord {
    /// A field and nothing else.
    Clear,
    /// A field, or an ordinary word.
    Ordinary,
}

/// Returns the meaning of `word`, which may have an owner in front: `recipient.first_name`.
pub(super) fn field_word(word: &str) -> Option<FieldWord> {
    let word = word.trim();
    if let Some((owner, rest)) = word.split_once(['.', ':', '-', '>'])
        && OWNERS.contains(&plain(owner).as_str())
        && plain(rest).chars().next().is_some_and(char::is_alphabetic)
        && (!ORDINARY_OWNERS.contains(&plain(owner).as_str()) || field_word(rest).is_some())
    {
        return Some(FieldWord::Clear);
    }
    let word = plain(word);
    let is_way_out = word.starts_with("unsub") && word.len() <= 30;
    if CLEAR.contains(&word.as_str()) || is_way_out {
        Some(FieldWord::Clear)
    } else if ORDINARY.contains(&word.as_str()) {
        Some(FieldWord::Ordinary)
    } else {
        None
    }
}

/// Returns whether `word` in braces is a field of another service.
pub(crate) fn is_field_word(word: &str) -> bool {
    field_word(word).is_some()
}

/// `word` in lower case, without what separates its parts.
fn plain(word: &str) -> String {
    word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_known_however_it_is_written() {
        let cases = [
            ("First Name", Some(FieldWord::Clear)),
            ("FNAME", Some(FieldWord::Clear)),
            ("first-name", Some(FieldWord::Clear)),
            ("recipient.city", Some(FieldWord::Clear)),
            ("recipient.shoe_size", Some(FieldWord::Clear)),
            ("data.first_name", Some(FieldWord::Clear)),
            ("subscriber:firstname", Some(FieldWord::Clear)),
            ("UNSUBSCRIBE_URL", Some(FieldWord::Clear)),
            ("name", Some(FieldWord::Ordinary)),
            ("E-Mail", Some(FieldWord::Ordinary)),
            ("data.table", None),
            ("VAR.spec", None),
            ("curly", None),
            ("file name", None),
            ("sic", None),
            ("", None),
        ];
        for (word, meaning) in cases {
            assert_eq!(field_word(word), meaning, "{word}");
        }
    }
}
