//! Builds lists from a language's headings and words.

/// How a language says who gets mail.
pub(super) struct Language {
    pub(super) name: &'static str,
    /// Headings of states: subscribed, status, consent.
    pub(super) standing: &'static [&'static str],
    /// Headings that say that somebody left.
    pub(super) leaving: &'static [&'static str],
    /// Pairs of values: of those who get mail, and of who does not.
    pub(super) words: &'static [(&'static str, &'static str)],
    pub(super) yes: &'static str,
    pub(super) no: &'static str,
    /// Why somebody left, in words.
    pub(super) reason: &'static str,
}

/// A day as exports write it.
const DAY: &str = "2024-05-01 10:00:00";

impl Language {
    /// A list for each heading and each way to fill it, with its name.
    pub(super) fn lists(&self) -> impl Iterator<Item = (String, String)> {
        let flags = [(self.yes, self.no), ("1", "0"), ("TRUE", "FALSE"), (DAY, "")];
        let standing = self.standing.iter().flat_map(move |heading| {
            self.words.iter().copied().chain(flags).map(move |(gets, not)| self.list(heading, gets, not))
        });
        let ways = [
            (self.no, self.yes),
            ("", DAY),
            ("", self.reason),
            ("", "x"),
            ("0", "1"),
            ("false", "true"),
            ("", self.yes),
        ];
        let leaving =
            self.leaving.iter().flat_map(move |heading| ways.map(move |(gets, not)| self.list(heading, gets, not)));
        standing.chain(leaving)
    }

    /// The names of the lists whose heading says nothing that anybody knows: the values have to.
    pub(super) fn under_an_unknown_heading(&self) -> impl Iterator<Item = (String, String)> {
        self.words.iter().map(|(gets, not)| self.list("Xyzzy", gets, not))
    }

    fn list(&self, heading: &str, gets: &str, not: &str) -> (String, String) {
        let rows = [
            ("ada@example.org", gets),
            ("bo@example.net", gets),
            ("gone@example.com", not),
            ("cy@example.org", gets),
            ("di@example.net", gets),
        ];
        let rows = rows.map(|(address, value)| format!("{address},\"{value}\"\n")).concat();
        (format!("{}: {heading} = {gets:?} or {not:?}", self.name), format!("Email,\"{heading}\"\n{rows}"))
    }
}
