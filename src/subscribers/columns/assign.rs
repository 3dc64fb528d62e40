//! Assigns each column its purpose, once the values of the unclear ones have been examined.

use crate::diagnostic::{Diagnostic, Problems};
use crate::model::AudienceRule;
use crate::subscribers::columns::classify::{ColumnMeaning, classify};
use crate::subscribers::columns::column::{Column, Columns, Dialect};
use crate::subscribers::columns::headings::{Answers, Headings};
use crate::subscribers::columns::known_headings::{KnownHeading, NamePart};
use crate::subscribers::columns::service::Service;
use crate::subscribers::columns::stats::ColumnStats;
use crate::subscribers::columns::unclear;
use crate::subscribers::columns::unclear::UnclearColumns;
use crate::subscribers::confusable;
use crate::subscribers::vocabulary::normalize;

impl Headings<'_> {
    /// Returns the columns with their purposes, and warnings about them.
    ///
    /// Errors if no column or more than one is the address, or if the user has to state the meaning
    /// of a column.
    pub(in crate::subscribers) fn assign_columns(
        self,
        all_stats: Vec<ColumnStats>,
    ) -> Result<(Columns, Vec<Diagnostic>), Problems> {
        let (address, mut warnings) = self.address(&all_stats)?;
        let service = Service::of(&self.all);
        let has_family = self.all.iter().any(|heading| heading.known == Some(KnownHeading::Name(NamePart::Family)));
        let mut question = UnclearColumns::default();
        let mut all = Vec::new();
        for (index, heading) in self.all.iter().enumerate() {
            let name = slot_name(&heading.name);
            let is_shown = self.reading.shown.is_some_and(|shown| shown.contains(&name));
            let part = match heading.known {
                Some(KnownHeading::Name(_)) if has_family && heading.is_name_or_given() => Some(NamePart::Given),
                Some(KnownHeading::Name(part)) => Some(part),
                _ => None,
            };
            // Whoever writes a letter sees what it shows, but not what decides who gets it.
            let is_of_audience = AudienceRule::columns().any(|column| column == name);
            let field = Column::Field { name, part, is_shown: is_shown || part.is_some() };
            let may_be_state = self.reading.shown.is_some() && (!is_shown || is_of_audience);
            all.push(if index == address {
                Column::Email
            } else if self.is_field(heading) {
                field
            } else if self.is_status(heading) {
                let has_words = self.reading.settings.subscribed.is_empty();
                if has_words { Column::Status(Dialect::Words) } else { Column::Configured }
            } else {
                match classify(heading, &all_stats[index], service, may_be_state) {
                    ColumnMeaning::Status(dialect) => Column::Status(dialect),
                    ColumnMeaning::WantsMail(reason) => Column::WantsMail(reason),
                    ColumnMeaning::ExcludesIfSet(reason) => Column::ExcludesIfSet(reason),
                    ColumnMeaning::SubscribedAt => Column::SubscribedAt,
                    ColumnMeaning::Field if heading.name.is_empty() => Column::Unnamed,
                    ColumnMeaning::Field => field,
                    ColumnMeaning::NeedsAnswer => {
                        question.add(index);
                        field
                    }
                }
            });
        }
        if let Some(problem) = question.problem(&self, &all_stats, self.reading.settings) {
            return Err(Problems(vec![problem]));
        }
        warnings.extend(self.column_warnings(&all, &all_stats));
        let subscribed = self.reading.settings.subscribed.iter().map(|word| unclear::compare_key(word)).collect();
        let names = self.all.into_iter().map(|heading| heading.name).collect();
        Ok((Columns { all, names, subscribed, stats: all_stats }, warnings))
    }

    /// The address column: the one with such a heading, or else the only one that contains nothing
    /// but addresses.
    fn address(&self, all_stats: &[ColumnStats]) -> Result<(usize, Vec<Diagnostic>), Problems> {
        let known: Vec<usize> = (0..self.all.len()).filter(|&index| self.is_email(&self.all[index])).collect();
        match known.as_slice() {
            [address] => return Ok((*address, Vec::new())),
            [] => {}
            [first, others @ ..] => {
                let problem = |&index: &usize| {
                    let [first, name] = [*first, index].map(|index| self.all[index].name.as_str());
                    let message = format!("`{first}` and `{name}` are both address columns");
                    Diagnostic::error(message, self.source, self.spans[index].clone())
                        .help("rename or delete one of them")
                };
                return Err(Problems(others.iter().map(problem).collect()));
            }
        }
        let is_address = |index: &usize| all_stats[*index].filled > 0 && all_stats[*index].is_addresses;
        let candidates: Vec<usize> = (0..self.all.len()).filter(is_address).collect();
        match candidates.as_slice() {
            [address] => {
                let name = self.display_name(*address);
                let message = format!("no column is called `email`; using {name}, which holds only addresses");
                let warning = Diagnostic::warning(message, self.source, self.spans[*address].clone());
                Ok((*address, vec![warning.help("rename it to `email` to be sure")]))
            }
            [] => Err(Problems(vec![self.no_email()])),
            [first, second, ..] => {
                let [first, name] = [*first, *second].map(|index| self.display_name(index));
                let message = format!("no column is called `email`, and {first} and {name} both hold addresses");
                let problem = Diagnostic::error(message, self.source, self.spans[*second].clone());
                Err(Problems(vec![problem.help("rename the column whose addresses get mail to `email`")]))
            }
        }
    }

    fn no_email(&self) -> Diagnostic {
        let likeness = |index: &usize| strsim::jaro_winkler(&slot_name(&self.all[*index].name), "email");
        let nearest = (0..self.all.len()).max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        let message = "no column is called `email`";
        match nearest.filter(|index| likeness(index) > 0.8) {
            Some(index) => {
                Diagnostic::error(message, self.source, self.spans[index].clone()).help("did you mean `email`?")
            }
            None => Diagnostic::error(message, self.source, self.line())
                .help("start with a line of column names, such as `email,name`"),
        }
    }

    /// Returns the warnings about the columns.
    fn column_warnings(&self, all: &[Column], all_stats: &[ColumnStats]) -> Vec<Diagnostic> {
        let mut warnings = Vec::new();
        let warn = |index: usize, message: String| Diagnostic::warning(message, self.source, self.spans[index].clone());
        let is_field =
            |column: &Column, name: &str| matches!(column, Column::Field { name: other, .. } if other == name);
        let mut decides: Option<usize> = None;
        for (index, column) in all.iter().enumerate() {
            let text = &self.source.text[self.spans[index].clone()];
            if let Some(letter) = text.chars().find(|letter| normalize::is_invisible(*letter)) {
                let name = confusable::escape_invisible(text.trim_matches('"'));
                let message =
                    format!("the heading `{name}` contains the invisible character U+{:04X}", u32::from(letter));
                warnings.push(warn(index, message).help("it is ignored; retype the heading to remove it"));
            }
            match column {
                Column::Field { name, .. } if all[..index].iter().any(|earlier| is_field(earlier, name)) => {
                    let message = format!("two columns are called `{}`", self.all[index].name);
                    let help = "letters show the first of them that has a value; rename or delete one";
                    warnings.push(warn(index, message).help(help));
                }
                Column::Unnamed if all_stats[index].filled > 0 => {
                    warnings.push(warn(index, format!("column {} has no name; its cells are not used", index + 1)));
                }
                Column::Status(_) | Column::Configured | Column::WantsMail(_) => match decides {
                    Some(first) => {
                        let [first, name] = [first, index].map(|index| self.display_name(index));
                        let message = format!("{first} and {name} both say who gets mail: the stricter of them wins");
                        let help = match self.reading.answers {
                            Answers::Configuration => {
                                "to ignore one of them, list it in `fields` under `[subscribers]`"
                            }
                            Answers::Options => "`--field COLUMN` ignores one of them",
                        };
                        warnings.push(warn(index, message).help(help));
                    }
                    None => decides = Some(index),
                },
                _ => {}
            }
        }
        warnings
    }
}

/// Returns a heading in the form used in slots: `First Name` becomes `first_name`.
fn slot_name(name: &str) -> String {
    let seen: String = name.chars().filter(|letter| !normalize::is_invisible(*letter)).collect();
    seen.to_lowercase().split_whitespace().collect::<Vec<_>>().join("_")
}
