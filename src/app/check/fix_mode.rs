//! Tells what `check --fix` does with what it finds.

/// What happens to addresses that can be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FixMode {
    /// They are replaced in the files.
    Write,
    /// They are only shown.
    Show,
}
