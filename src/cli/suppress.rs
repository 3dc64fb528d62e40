//! `newsletter suppress ADDRESS|TOKEN...`: addresses that must never get mail, whatever any list says.

use std::io::Write;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::keys::token_key;
use super::{Exit, Failure, Global, clock, ledger, talk};
use crate::load::{self, Newsletter};
use crate::model::EmailAddress;

/// Arguments of `suppress`.
#[derive(Debug, Args)]
pub struct Options {
    /// Addresses, or tokens of unsubscribe links
    #[arg(value_name = "ADDRESS|TOKEN", required_unless_present_any = ["list", "remove"])]
    who: Vec<String>,
    /// Why
    #[arg(long, value_enum, default_value = "unsubscribed", hide_default_value = true)]
    reason: Reason,
    /// List everybody who is suppressed
    #[arg(long, conflicts_with_all = ["who", "remove"])]
    list: bool,
    /// Let ADDRESS have mail again
    #[arg(long, value_name = "ADDRESS", conflicts_with = "who")]
    remove: Option<String>,
}

/// Why an address is suppressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reason {
    /// They followed the unsubscribe link
    Unsubscribed,
    /// Their mail came back
    Bounced,
    /// They reported it as spam
    Complained,
    /// They asked in some other way
    Asked,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    if options.list {
        return list(&newsletter, global);
    }
    if let Some(address) = &options.remove {
        return remove(&newsletter, address, global);
    }
    let addresses = resolve(&newsletter, &options.who)?;
    let mut ledger = ledger::open(&newsletter)?;
    let now = ledger.time(clock::now())?;
    let reason = options.reason.to_possible_value().expect("every reason has a name").get_name().to_owned();
    for address in &addresses {
        let news = ledger.suppress(address, &reason, now)?;
        let already = if news { "" } else { " already" };
        say(global, &format!("{address} is{already} suppressed"));
    }
    Ok(Exit::Done)
}

/// The addresses meant, all of them or an error: half a suppression is easily taken for a whole one.
fn resolve(newsletter: &Newsletter, who: &[String]) -> anyhow::Result<Vec<EmailAddress>> {
    let (addresses, tokens): (Vec<_>, Vec<_>) = who.iter().partition(|word| word.contains('@'));
    let mut resolved: Vec<_> = addresses.into_iter().map(|word| parse(word)).collect::<Result<_, _>>()?;
    if tokens.is_empty() {
        return Ok(resolved);
    }
    let key = token_key(newsletter)?;
    let list_id = &newsletter.publication.list_id;
    let list = load::subscriber_list(newsletter)?;
    for token in tokens {
        let mut owner = None;
        for row in list.rows()? {
            owner = row?.entry.ok().map(|entry| entry.subscriber.address).filter(|it| key.verify(list_id, it, token));
            if owner.is_some() {
                break;
            }
        }
        resolved.push(owner.ok_or_else(|| {
            Failure::new(Exit::Usage, format!("`{token}` is neither an address nor the token of anybody on the list"))
        })?);
    }
    Ok(resolved)
}

fn parse(word: &str) -> Result<EmailAddress, Failure> {
    EmailAddress::parse(word).map_err(|error| Failure::new(Exit::Usage, format!("`{word}` is not an address: {error}")))
}

fn remove(newsletter: &Newsletter, word: &str, global: &Global) -> anyhow::Result<Exit> {
    let address = parse(word)?;
    let removed = ledger::open(newsletter)?.unsuppress(&address)?;
    say(global, &format!("{address} {}", if removed { "may have mail again" } else { "was not suppressed" }));
    Ok(Exit::Done)
}

fn list(newsletter: &Newsletter, global: &Global) -> anyhow::Result<Exit> {
    let ledger = ledger::open_to_read(newsletter)?;
    let suppressions = ledger.map(|mut ledger| ledger.suppressions()).transpose()?.unwrap_or_default();
    let mut stdout = std::io::stdout().lock();
    if global.json {
        let all: Vec<_> = suppressions
            .iter()
            .map(|entry| json!({"address": entry.address, "reason": entry.reason, "at": entry.at.to_rfc3339()}))
            .collect();
        writeln!(stdout, "{:#}", json!(all))?;
        return Ok(Exit::Done);
    }
    let widest = suppressions.iter().map(|entry| entry.address.len()).max().unwrap_or_default();
    for entry in &suppressions {
        writeln!(stdout, "{:widest$}  {}  {}", entry.address, entry.at.format("%F"), entry.reason)?;
    }
    if suppressions.is_empty() {
        say(global, "nobody is suppressed");
    }
    Ok(Exit::Done)
}

fn say(global: &Global, line: &str) {
    if !global.quiet {
        talk::tell(&format!("{line}\n"));
    }
}
