//! Rules about the bytes of a message and about what is left in it that should not be.

pub(super) mod bidi_ctl;
pub(super) mod mime_alternative;
pub(super) mod mime_bare_lf;
pub(super) mod mime_base64;
pub(super) mod mime_boundary;
pub(super) mod mime_charset;
pub(super) mod mime_cte;
pub(super) mod mime_line;
pub(super) mod mime_line_qp;
pub(super) mod placeholder_left;
pub(super) mod placeholder_link;
pub(super) mod template_left;
pub(super) mod text_ctl;
