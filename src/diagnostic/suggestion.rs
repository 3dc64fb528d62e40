//! Words suggestions: the closest known name, lists of names, quoted values.

/// The most characters of a value a message repeats.
const LONGEST_QUOTE: usize = 60;

/// "did you mean `title`?", when one of `known` is close to `name`.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(name, known).map(|close| format!("did you mean `{close}`?"))
}

/// The one of `known` closest to `name`, when it is close enough to be a typing error.
pub(crate) fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    // A third of the letters wrong is still a typing error; more is another word.
    let length = name.chars().count();
    let slips = (length / 3).max(1);
    known
        .into_iter()
        // Each letter too many or too few is a slip: what cannot be close need not be compared.
        .filter(|known| known.chars().count().abs_diff(length) <= slips)
        .map(|known| (strsim::osa_distance(&name, known), known))
        .filter(|&(distance, _)| distance <= slips)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, known)| known)
}

/// "`a`, `b` and `c`".
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// A value in backticks, shortened when long, control characters made visible.
pub(crate) fn quote(value: &str) -> String {
    let mut quoted = String::from("`");
    for (count, character) in value.chars().enumerate() {
        if count == LONGEST_QUOTE {
            quoted.push('…');
            break;
        }
        if character.is_control() { quoted.extend(character.escape_default()) } else { quoted.push(character) }
    }
    quoted.push('`');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_recognized_and_another_word_is_not() {
        let known = ["title", "preheader", "date", "section"];
        let cases = [
            ("titel", Some("title")),
            ("Title", Some("title")),
            ("preheadr", Some("preheader")),
            ("dat", Some("date")),
            ("sections", Some("section")),
            ("body", None),
            ("", None),
        ];
        for (written, meant) in cases {
            assert_eq!(closest(written, known), meant, "{written}");
        }
    }

    #[test]
    fn long_and_unprintable_values_are_quoted_short_and_visible() {
        assert_eq!(quote("a\u{7}b\n"), "`a\\u{7}b\\n`");
        assert_eq!(quote(&"x".repeat(61)), format!("`{}…`", "x".repeat(60)));
        assert_eq!(list([]), "nothing");
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
