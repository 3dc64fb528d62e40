//! Defines a row of a list: a subscriber, or the reason why it is rejected.

use crate::diagnostic::{Diagnostic, Place};
use crate::model::Subscriber;
use crate::subscribers::list::SubscriberList;
use crate::subscribers::skip_reason::SkipReason;

/// A row of the list.
#[derive(Debug)]
pub struct ListRow {
    /// The line it starts on, from 1.
    pub line: usize,
    /// The row as written in the file, without its line end.
    pub text: String,
    /// The subscriber, or the reason why the row is rejected.
    pub entry: Result<ListedSubscriber, Rejection>,
}

/// The reason why a row is rejected.
#[derive(Debug)]
pub struct Rejection {
    /// The error, at its place.
    pub diagnostic: Box<Diagnostic>,
    /// The column and the value of an unknown status, which is reported once for all rows.
    pub(super) status: Option<(usize, String)>,
}

impl From<Diagnostic> for Rejection {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostic: Box::new(diagnostic), status: None }
    }
}

/// A row that names a subscriber.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSubscriber {
    /// The subscriber.
    pub subscriber: Subscriber,
    /// The reason why the subscriber gets no mail, if they do not.
    pub skip: Option<SkipReason>,
    /// The value of the configured status column, if it is not one of those that get mail.
    pub excluded_value: Option<String>,
}

/// A row as written in the file.
#[derive(Clone, Copy)]
pub(super) struct RowText<'a> {
    pub(super) line: usize,
    pub(super) text: &'a str,
}

impl SubscriberList {
    /// Returns the place of `row`.
    pub fn place(&self, row: &ListRow) -> Place {
        Place { source: self.part(row.line, &row.text), span: 0..row.text.len() }
    }
}
