//! Collects what the rules find in a subscriber list while its rows are read.

use crate::check::{RowRules, is_reserved};
use crate::config::Newsletter;
use crate::diagnostic::{Diagnostic, Problems};
use crate::subscribers::{ListRow, SubscriberList, subscriber_list};

/// The findings in a list so far.
pub(crate) struct ListFindings {
    rules: RowRules,
    pub(crate) found: Vec<Diagnostic>,
    /// The first subscriber who gets mail and whose domain is not reserved for examples.
    pub(crate) real_recipient: Option<String>,
}

impl ListFindings {
    /// None yet, of the rules that are on in `newsletter`.
    pub(crate) fn new(newsletter: &Newsletter) -> Self {
        Self { rules: RowRules::of(newsletter), found: Vec::new(), real_recipient: None }
    }

    /// Those in the whole `list`. `earlier` returns the first line with the address of a line.
    ///
    /// Errors when it cannot be read.
    pub(crate) fn of(
        newsletter: &Newsletter,
        list: &SubscriberList,
        earlier: impl Fn(usize) -> Option<usize>,
    ) -> Result<Self, Problems> {
        let mut findings = Self::new(newsletter);
        for row in list.rows()? {
            let row = row?;
            findings.add(list, &row, earlier(row.line));
        }
        Ok(findings)
    }

    /// Adds those in a row of `list`, whose address an `earlier` line has.
    pub(crate) fn add(&mut self, list: &SubscriberList, row: &ListRow, earlier: Option<usize>) {
        self.found.extend(self.rules.findings(row, earlier, || list.place(row)));
        if self.real_recipient.is_none() {
            self.real_recipient = real_recipient(row);
        }
    }
}

/// Returns the first subscriber of the list who gets mail and whose domain is not reserved for examples.
pub(super) fn first_real_recipient(newsletter: &Newsletter) -> Option<String> {
    let list = subscriber_list(newsletter).ok()?;
    list.rows().ok()?.filter_map(Result::ok).find_map(|row| real_recipient(&row))
}

/// Returns the address in `row`, if it gets mail and its domain is not reserved for examples.
fn real_recipient(row: &ListRow) -> Option<String> {
    let entry = row.entry.as_ref().ok().filter(|entry| entry.skip.is_none())?;
    let address = &entry.subscriber.address;
    (!is_reserved(address.domain())).then(|| address.to_string())
}
