//! Reads the CSS of letters with the tokens and the error recovery of CSS Syntax 3. Values stay text, and every part
//! keeps its offset, so that a declaration can be changed, or pointed at in the file it comes from.

mod declaration;
mod grammar;
mod media;
mod mistake;
mod skipped;
mod statement;
mod style_sheet;
pub(crate) mod tokens;
mod unclosed;
pub(crate) mod value;
pub(crate) mod variables;
pub(crate) mod vocabulary;

pub(crate) use declaration::{Declaration, parse_declarations, parse_pixels, pixels};
pub(crate) use media::{SchemeFeature, scheme_features};
pub(crate) use mistake::CssMistakeKind;
pub(crate) use skipped::mistakes;
pub(crate) use statement::{SplitStyleSheet, Statement, StatementEnds, statements};
pub(crate) use style_sheet::{AtRule, StyleRule, StyleSheet, parse_style_sheet};
