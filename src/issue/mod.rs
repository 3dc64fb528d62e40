//! Finds the issue files of a newsletter and reads them into the model.

mod audience;
mod examined_pictures;
mod file;
mod item_text;
mod key_hints;
mod lead;
mod leftover;
mod link;
mod link_item;
mod link_list;
mod loaded;
mod parse;
mod past;
mod picture;
mod picture_source;
mod prose;
mod reader_letter;
mod reader_texts;
mod reference;
mod section;
pub(crate) mod slots;
mod specimen;
mod splice;
mod starter_issue;
pub(crate) mod subject;
mod template;
mod text_values;
mod title;
pub(crate) mod web_address;

pub use examined_pictures::ExaminedPictures;
pub(crate) use file::pictures_folder;
pub use file::{ISSUES_FOLDER, IssueFile, find_issue, issue_files, slug, stray_files};
pub(crate) use leftover::{LeftoverKind, TextForm, leftovers_in, tag_name};
pub use loaded::{AllowedRule, IssuePlaces, LinkPlaces, LoadedIssue};
pub use parse::parse_issue;
pub use past::{LeftOut, PastIssue, PastLink, PastPart, PastSection, read_markdown, written as written_issue};
pub(crate) use picture::name as picture_name;
pub use picture::{Measure, MeasureError};
pub(crate) use picture_source::below as picture_url;
pub(crate) use reader_texts::{Accident, ReaderTexts};
pub use reference::issue_schema;
pub use specimen::{specimen, specimens_of_leads};
pub(crate) use splice::value_spans_of;
pub use splice::{
    FactValue, MissingFact, NewImage, NewLink, SpliceError, Spliced, WrittenLink, insert_facts, insert_link,
    markdown_title, not_read_reason, written_links,
};
pub use starter_issue::{STARTER_ISSUE, starter_texts};
pub use template::{DEFAULT_TEMPLATE, author_texts, fill_template, issue_template, template_examples, template_texts};
pub(crate) use web_address::{url_doubt, web_url};
