//! Describes what the tables of TOML files hold: for documents, and as JSON Schema, with which editors complete and check.

mod field;
mod json;
mod kind;

pub(crate) use field::{Field, TableFields, Unset, field};
pub(crate) use json::{FileSchema, json_schema};
pub(crate) use kind::Kind;
