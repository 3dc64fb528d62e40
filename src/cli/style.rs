//! The weights and colours of what the terminal shows. They are stripped where it shows none.

use anstyle::{AnsiColor, Style};

/// What keeps something from being done.
pub(super) const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
/// What wants to be looked at.
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default();
/// What is done.
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
/// What is under way.
pub(super) const RUNNING: Style = AnsiColor::Cyan.on_default();
/// What to type next.
pub(super) const COMMAND: Style = AnsiColor::Cyan.on_default();
/// Names of parts and heads of columns.
pub(super) const HEAD: Style = Style::new().bold();
/// What is there to be skipped.
pub(super) const QUIET: Style = Style::new().dimmed();

/// Returns `words` in `style`.
pub(super) fn styled(style: Style, words: &str) -> String {
    format!("{style}{words}{style:#}")
}
