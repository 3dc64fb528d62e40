//! `newsletter schema issue|config`: the JSON Schema of a file, for editors.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::exit::Exit;
use crate::app::schemas::{DescribedFile, schema};

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct Options {
    /// Kind of file: an issue, or `newsletter.toml`
    #[arg(value_enum)]
    file: Kind,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// A file in `issues/`
    Issue,
    /// `newsletter.toml`
    Config,
}

pub(super) fn run(options: &Options) -> anyhow::Result<Exit> {
    let file = match options.file {
        Kind::Issue => DescribedFile::Issue,
        Kind::Config => DescribedFile::Config,
    };
    std::io::stdout().lock().write_all(schema(file).as_bytes())?;
    Ok(Exit::Done)
}
