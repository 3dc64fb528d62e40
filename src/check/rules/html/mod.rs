//! Rules about the HTML part and its style.

pub(super) mod comment_form;
pub(super) mod css_gmail_kill;
pub(super) mod css_hidden;
pub(super) mod css_hidden_filler;
pub(super) mod css_not_inlined;
pub(super) mod css_outlook_box;
pub(super) mod css_style_size;
pub(super) mod css_style_size_near;
pub(super) mod css_unsupported;
pub(super) mod doctype;
pub(super) mod dup_id;
pub(super) mod font_size;
pub(super) mod forbidden;
pub(super) mod head;
pub(super) mod head_meta;
pub(super) mod layout_tall_table;
pub(super) mod layout_width;
pub(super) mod semantic_only;
pub(super) mod wellformed;
