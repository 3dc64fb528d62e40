//! Reads TOML files value by value and reports every problem with its place, where a serde derive would stop at the first.

#[cfg(test)]
mod damage;
mod day;
mod escapes;
mod indent;
mod mistakes;
mod read;
#[cfg(test)]
mod recording;
mod report;
mod table;
mod text;

#[cfg(test)]
pub(crate) use damage::damaged;
pub(crate) use read::{read_toml, read_toml_partially};
#[cfg(test)]
pub(crate) use recording::recorded_keys;
pub(crate) use table::Table;
pub(crate) use text::{Lines, Text, is_invisible, name_of_forbidden};
