//! Reads the HTML, style sheets and colours of letters, for everything that looks into a letter after it is rendered:
//! checks, the preview and the simulated mail clients. [`token`] and [`css`] keep every byte in its place, so that an
//! attribute or a declaration can be changed and nothing else; [`document`], [`selector`] and [`computed_style`] tell
//! what a browser makes of them; [`caniemail`] knows which client supports what.

pub(crate) mod caniemail;
pub(crate) mod colour;
pub(crate) mod computed_style;
pub(crate) mod css;
pub(crate) mod document;
pub(crate) mod selector;
pub(crate) mod token;
