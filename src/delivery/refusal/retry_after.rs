//! Decides when to try again after a limit: at the time in the reply, or by a guess. Pure.

use std::time::Duration;

use super::topics::ReplyText;
use crate::ledger::Reply;

/// The wait for a limit of unknown length.
const UNKNOWN: Duration = Duration::from_hours(1);

/// The wait for a limit on connections or on their rate.
const PACE: Duration = Duration::from_mins(15);

/// The longest wait that is taken from a reply.
const LONGEST: Duration = Duration::from_hours(24);

/// Units of time by the beginnings of their words, in the languages of [`topics`](super::topics).
const UNITS: &[(&str, u64)] = &[
    ("sec", 1),
    ("sek", 1),
    ("seg", 1),
    ("сек", 1),
    ("min", 60),
    ("мин", 60),
    ("分", 60),
    ("hour", 3600),
    ("hr", 3600),
    ("h ", 3600),
    ("stunde", 3600),
    ("heure", 3600),
    ("hora", 3600),
    ("ore", 3600),
    ("ora", 3600),
    ("uur", 3600),
    ("uren", 3600),
    ("timm", 3600),
    ("godz", 3600),
    ("saat", 3600),
    ("час", 3600),
    ("小时", 3600),
    ("小時", 3600),
    ("時間", 3600),
    ("시간", 3600),
    ("day", 86400),
    ("tag", 86400),
    ("jour", 86400),
    ("dia", 86400),
    ("día", 86400),
    ("giorn", 86400),
    ("dag", 86400),
    ("dni", 86400),
    ("gün", 86400),
    ("сут", 86400),
    ("дн", 86400),
    ("天", 86400),
    ("日", 86400),
    ("일", 86400),
];

/// Words for a day, an hour, a rate.
const DAY: &str = "\
    daily|day|tomorrow|month|täglich|tages|tag |jour|quotidien|diari|diári|giorn|dag|dzie|dob|gün|днев|суто|\
    сутк|当日|每日|每天|当天|今日|日|일일|하루|credit";
const HOUR: &str = "\
    hour|stunde|stündl|heure|horair|hora|orari| ora|uur|timm|godzin|saat|час|小时|時間|시간";
const SOON: &str = "\
    connection|frequen|rate|minute|throttl|slow|fast|频率|頻度";

/// Returns the time to wait after `reply`.
pub fn retry_after(reply: &Reply) -> Duration {
    let said = ReplyText::new(&reply.text);
    let text = said.text();
    let has = |words: &str| words.split('|').any(|word| text.contains(word));
    if let Some(said) = stated_time(text) {
        return said.min(LONGEST);
    }
    if has(DAY) || matches!(reply.detail(), Some((4, 5) | (1, 90) | (7, 232 | 233 | 236))) {
        LONGEST
    } else if has(HOUR) {
        Duration::from_hours(1)
    } else if has(SOON) {
        PACE
    } else {
        UNKNOWN
    }
}

/// Returns the longest time in `text`: `in 15 minutes`, `24-hour`, `wait 3600 seconds`.
fn stated_time(text: &str) -> Option<Duration> {
    let mut longest = None;
    let mut unread = text;
    while let Some(start) = unread.find(|character: char| character.is_ascii_digit()) {
        let digits =
            unread[start..].find(|character: char| !character.is_ascii_digit()).unwrap_or(unread.len() - start);
        let number = &unread[start..start + digits];
        unread = &unread[start + digits..];
        let unit = unread.trim_start_matches([' ', '-', '\u{a0}']);
        let seconds = UNITS.iter().find(|(word, _)| unit.starts_with(word)).map(|(_, seconds)| seconds);
        // Only a plain number before a unit is a time; `10.0.0.1` is not.
        if let (Some(seconds), Ok(number)) = (seconds, number.parse::<u64>()) {
            longest = longest.max(Some(Duration::from_secs(number.saturating_mul(*seconds))));
        }
    }
    longest.filter(|longest| !longest.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_says_about_the_time_holds_and_else_the_kind_of_limit_decides() {
        let minutes =
            |text: &str| retry_after(&Reply { code: 550, enhanced: None, text: text.to_owned() }).as_secs() / 60;
        for (text, expected) in [
            ("Daily user sending limit exceeded", 24 * 60),
            ("user has exceeded its 24-hour sending limit", 24 * 60),
            ("too many recipients today", 24 * 60),
            ("Tageslimit erreicht", 24 * 60),
            ("quota journalier atteint", 24 * 60),
            ("Domain example.org has exceeded the max emails per hour (100/100 (100%)) allowed", 60),
            ("Stundenlimit erreicht", 60),
            ("sending quota exceeded, try again in 15 minutes", 15),
            ("Limit erreicht, bitte in 30 Minuten erneut versuchen", 30),
            ("rate limited; wait 600 seconds", 10),
            ("Connection frequency limited", 15),
            ("sending quota exceeded", 60),
            ("wait 900000000000000000000 hours", 60),
            ("come back in 90 days", 24 * 60),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
    }
}
