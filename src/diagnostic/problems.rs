//! Defines the error of the loaders: everything they found wrong.

use std::fmt;

use super::report::Diagnostic;

/// Everything found wrong, in the order of the files; at least one of them is an error.
///
/// It travels inside an `anyhow::Error` to the command line, which draws each diagnostic and exits 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Diagnostic>);

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(formatter, "{separator}{}", diagnostic.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
