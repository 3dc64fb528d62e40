//! Writes the line above the title of an issue: its date, how many links it has, and how long they take.

use super::date;
use crate::model::{Issue, Link, Publication, Word};

/// Returns the parts of the line: `24 November 2026`, `17 links`, `about 2 hours`.
pub fn parts(issue: &Issue, publication: &Publication) -> Vec<String> {
    let date = date::long(issue.date, publication);
    let own = || issue.links().filter(|link| !link.sponsored);
    let Some(links) = count(own().count(), publication) else { return vec![date] };
    let length = length(own()).map(|(word, number)| publication.words.filled(word, &[("count", &number.to_string())]));
    [date, links].into_iter().chain(length).collect()
}

/// Returns how many links there are: `17 links`.
pub fn count(links: usize, publication: &Publication) -> Option<String> {
    let word = if links == 1 { Word::OneLink } else { Word::Links };
    (links > 0).then(|| publication.words.filled(word, &[("count", &links.to_string())]))
}

/// Returns how long `links` take together, if at least half of them say how long each takes.
fn length<'a>(links: impl Iterator<Item = &'a Link>) -> Option<(Word, u32)> {
    let (mut known, mut all, mut minutes) = (0, 0, 0_u32);
    for link in links {
        all += 1;
        if let Some(more) = link.reading_time {
            known += 1;
            minutes = minutes.saturating_add(more);
        }
    }
    (2 * known >= all).then(|| rounded(minutes))
}

/// Rounds to five minutes, or to hours from fifty-five minutes on.
fn rounded(minutes: u32) -> (Word, u32) {
    match minutes {
        0..5 => (Word::AboutMinutes, minutes),
        5..55 => (Word::AboutMinutes, (minutes + 2) / 5 * 5),
        55..90 => (Word::AboutAnHour, 1),
        _ => (Word::AboutHours, minutes.saturating_add(30) / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_rounded_to_what_a_reader_plans_with() {
        let cases = [
            (4, (Word::AboutMinutes, 4)),
            (12, (Word::AboutMinutes, 10)),
            (53, (Word::AboutMinutes, 55)),
            (55, (Word::AboutAnHour, 1)),
            (89, (Word::AboutAnHour, 1)),
            (90, (Word::AboutHours, 2)),
            (116, (Word::AboutHours, 2)),
            (u32::MAX, (Word::AboutHours, u32::MAX / 60)),
        ];
        for (minutes, expected) in cases {
            assert_eq!(rounded(minutes), expected, "{minutes}");
        }
    }
}
