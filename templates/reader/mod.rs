//! Builds the pages for readers who come and go: forms and short answers, without script.

mod page;
mod pages;

pub use crate::templates::form::{TOPICS_FIELD, topic_field};
pub use page::{CSS, ReaderSite, error, page, style_sheet};
pub use pages::{
    FormFields, TopicForm, confirm, confirmed, expired, leave, left, never_again, no_such_page, not_me, not_now,
    not_undone, sent, subscribe, topics, topics_saved, undone, unknown_link,
};
