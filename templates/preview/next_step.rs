//! Builds the first words of the rail beside a letter: what is to be done next.

use maud::{Markup, html};

use super::findings::{FindingCounts, code_words, counted};
use crate::model::IssueNumber;

/// What is to be done next with an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// Problems keep the letter from being shown or sent.
    Fix {
        /// The findings.
        counts: FindingCounts,
        /// The message of the first error.
        first: String,
    },
    /// A delivery has begun.
    Delivery {
        /// Its state in the words of `newsletter list`.
        state: &'static str,
        /// Recipients the server accepted.
        accepted: u64,
        /// Planned recipients.
        total: u64,
    },
    /// There are warnings to look at.
    Look {
        /// The number of warnings.
        warnings: usize,
        /// Whether it is marked as a draft.
        is_draft: bool,
    },
    /// No test mail of this letter has been sent.
    Test {
        /// Whether one of an earlier letter has.
        is_changed: bool,
    },
    /// It is marked as a draft.
    Publish,
    /// It can be sent.
    Send,
}

/// The step, and the one thing to press or type for it.
pub(super) fn next_step(number: IssueNumber, step: &NextStep) -> Markup {
    let show = |label: &str| {
        html! { a.button href={ "/" (number) "/checks" } { (label) " " kbd aria-hidden="true" { "e" } } }
    };
    html! {
        section.next-step #next-step data-live .wrong[matches!(step, NextStep::Fix { .. })] aria-labelledby="next-step-title" {
            h2.quiet #next-step-title { "Next step" }
            @match step {
                NextStep::Fix { counts: FindingCounts { errors, .. }, first } => {
                    p { strong { (counted(*errors, "error")) (if *errors == 1 { " keeps" } else { " keep" }) " it from being sent" } }
                    p.note { (code_words(first)) @if *errors > 1 { ", and " (errors - 1) " more" } }
                    (show(if *errors == 1 { "Show it" } else { "Show them" }))
                },
                NextStep::Delivery { state, accepted, total } => {
                    p { strong { "It is " (state) ": " (accepted) " of " (total) } }
                    p.note { "Changes reach only readers who do not have it yet." }
                    (command(&format!("newsletter status {number}")))
                },
                NextStep::Look { warnings, is_draft } => {
                    p { strong { (counted(*warnings, "warning")) " to look at" } }
                    p.note { "They do not keep it from being sent" (if *is_draft { "; that it is a draft does." } else { "." }) }
                    (show(if *warnings == 1 { "Show it" } else { "Show them" }))
                },
                NextStep::Test { is_changed } => {
                    p { strong { (if *is_changed { "Changed since the last test mail" } else { "No errors. Read it in your own inbox" }) } }
                    p.note { "Send yourself a test mail: press " kbd { "t" } "." }
                },
                NextStep::Publish => {
                    p { strong { "Tested, and still a draft" } }
                    p.note { "Take " code { "draft = true" } " out of its file when it is ready." }
                },
                NextStep::Send => {
                    p { strong { "Ready to send" } }
                    p.note { "Nothing here sends it. In the terminal:" }
                    (command(&format!("newsletter send {number} --dry-run")))
                },
            }
        }
    }
}

/// A command to be typed in a terminal, and a button that copies it.
fn command(words: &str) -> Markup {
    html! {
        p.command { code { (words) } " " button type="button" data-clip=(words) { "Copy" } }
    }
}
