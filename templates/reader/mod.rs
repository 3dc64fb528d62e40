//! Builds the pages for readers who come and go: forms and short answers, without script.

mod page;
mod pages;

pub use page::{CSS, ReaderSite, error, page, style_sheet};
pub use pages::{
    FormFields, TOPICS_FIELD, TopicForm, confirm, confirmed, expired, leave, left, never_again, no_such_page, not_me,
    not_now, not_undone, sent, subscribe, topic_field, topics_saved, undone, unknown_link,
};
