//! Rules about who can read it.

pub(super) mod capitals;
pub(super) mod contrast;
pub(super) mod contrast_dark;
pub(super) mod dir;
pub(super) mod heading_one;
pub(super) mod headings;
pub(super) mod img_alt;
pub(super) mod img_alt_words;
pub(super) mod justify;
pub(super) mod lang;
pub(super) mod link_style;
pub(super) mod link_text;
pub(super) mod link_vague;
pub(super) mod table_role;
pub(super) mod title;
pub(super) mod title_subject;
pub(super) mod vml;
