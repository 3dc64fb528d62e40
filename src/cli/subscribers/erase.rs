//! `newsletter subscribers erase ADDRESS`: nothing more is known of a reader.

use std::io::Write;

use clap::Args;
use serde_json::json;

use super::words::address;
use crate::app::failure::Failure;
use crate::app::subscribers;
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::cli::output;
use crate::config::Newsletter;

/// Arguments of `subscribers erase`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The address
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let address = address(&options.address)?;
    let newsletter = Newsletter::open(&global.directory)?;
    subscribers::refuse_while_sending(&newsletter)?;
    if !options.yes {
        if !output::can_ask(global) {
            return Err(Failure::not_started(format!("not confirmed: everything about {address} would be removed"))
                .hint(format!("`newsletter subscribers show {address}` shows what is kept"))
                .hint(format!("`newsletter subscribers erase {address} --yes` erases without a question"))
                .into());
        }
        output::always(&format!(
            "This removes everything that is kept about {address}: subscription, evidence, suppression, and the address in \
             past deliveries. It cannot be undone.\n"
        ));
        let typed = output::ask("Type the address to erase it, anything else to cancel: ")?;
        if !typed.eq_ignore_ascii_case(&options.address) {
            return Err(Failure::not_started("not confirmed; nothing was erased").into());
        }
    }
    let left = subscribers::erase(&newsletter, &address)?;
    let traces: Vec<_> = left.named_in.iter().map(ToString::to_string).collect();
    let not_searched: Vec<_> = left.not_searched.iter().map(|path| path.display().to_string()).collect();
    if global.json {
        let told = json!({ "erased": address.to_string(), "still_named": traces, "not_searched": not_searched });
        writeln!(std::io::stdout().lock(), "{told:#}")?;
    } else {
        output::note(global, &format!("{address} is erased from the ledger, and no old list brings them back\n"));
        for trace in &traces {
            output::always(&format!("still named: {trace}\n"));
        }
        for path in &not_searched {
            output::always(&format!("not searched: {path}\n"));
        }
        if !traces.is_empty() {
            output::always("hint: delete these lines and files yourself; copies elsewhere are not searched\n");
        }
    }
    Ok(if traces.is_empty() { Exit::Done } else { Exit::Incomplete })
}
