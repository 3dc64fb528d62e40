//! Reports problems with their places in files, drawn as rustc does or written as JSON.

mod draw;
mod place;
mod problem;
mod problems;
mod report;
mod source;
pub(crate) mod suggestion;
#[cfg(test)]
mod tests;

pub use draw::{Shown, counts, draw, errors, shown, to_json};
pub(crate) use place::line_ends;
pub use place::{Place, SourceFile};
pub(crate) use problem::Problem;
pub use problems::Problems;
pub use report::{Diagnostic, Severity};
pub(crate) use suggestion::{did_you_mean, quote};
