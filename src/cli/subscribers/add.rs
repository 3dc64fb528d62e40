//! `newsletter subscribers add ADDRESS...`: readers added by hand.

use clap::Args;

use super::words::{address, tag};
use crate::app::failure::Failure;
use crate::app::subscribers::{self, Added};
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::cli::output;
use crate::config::Newsletter;

/// Arguments of `subscribers add`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Addresses
    #[arg(value_name = "ADDRESS", required = true)]
    addresses: Vec<String>,
    /// How they agreed; they get mail at once, and the words are kept
    #[arg(long, value_name = "TEXT")]
    consent: Option<String>,
    /// Give them a tag; of those who are asked, it is kept once they confirm
    #[arg(long, value_name = "TAG", value_parser = tag)]
    tag: Vec<String>,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let addresses = options.addresses.iter().map(|word| address(word)).collect::<Result<Vec<_>, _>>()?;
    let consent = options.consent.as_deref().map(str::trim);
    if consent == Some("") {
        return Err(Failure::usage("`--consent` needs the words in which these people agreed").into());
    }
    let newsletter = Newsletter::open(&global.directory)?;
    let tags = options.tag.iter().cloned().collect();
    let mut exit = Exit::Done;
    for (address, added) in subscribers::add(&newsletter, &addresses, consent, &tags)? {
        let told = match added {
            Added::Subscribed => "gets mail from now on".to_owned(),
            Added::Asked => "is asked to confirm; `newsletter serve` sends the mail".to_owned(),
            Added::AskedBefore => "was asked before, and is not asked again so soon".to_owned(),
            Added::AlreadyHere => "gets mail already".to_owned(),
            Added::StaysSuppressed(reason) => {
                format!("stays suppressed ({}); `newsletter suppress --remove {address}` lifts that", reason.name())
            }
            Added::StaysErased => "was erased, and can only subscribe again by confirming a sign-up".to_owned(),
        };
        if matches!(added, Added::StaysSuppressed(_) | Added::StaysErased | Added::AskedBefore) {
            exit = Exit::Incomplete;
        }
        output::note(global, &format!("{address} {told}\n"));
    }
    Ok(exit)
}
