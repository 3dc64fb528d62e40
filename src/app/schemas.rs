//! Writes the schemas of a newsletter's files, with which editors complete and check them.

use serde_json::Value;

use crate::check::rules;
use crate::config::config_schema;
use crate::issue::issue_schema;

/// Where the schema of issues is, below the newsletter's folder.
pub(crate) const ISSUE_SCHEMA: &str = "schemas/issue.json";

/// Where the schema of the settings is.
pub(crate) const CONFIG_SCHEMA: &str = "schemas/newsletter.json";

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DescribedFile {
    /// An issue.
    Issue,
    /// `newsletter.toml`.
    Config,
}

/// Returns the JSON Schema of a file of this kind.
pub(crate) fn schema(file: DescribedFile) -> String {
    let rules: Vec<(&str, &str)> = rules().map(|rule| (rule.name, rule.what)).collect();
    let schema: Value = match file {
        DescribedFile::Issue => issue_schema(&rules),
        DescribedFile::Config => config_schema(&rules),
    };
    format!("{schema:#}\n")
}

/// Returns the comment by which editors find the schema of a file at `path`, relative to that file.
pub(crate) fn schema_line(path: &str) -> String {
    format!("#:schema {path}\n")
}
