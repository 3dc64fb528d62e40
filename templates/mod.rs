//! The look of the newsletter: Maud markup and CSS side by side. Functions from a view to markup; no I/O, no clock,
//! no configuration.

pub mod colour;
pub mod date;
pub mod letter;
pub mod link;
pub mod prose;
