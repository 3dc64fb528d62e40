//! Lists the commands. Each defines its own arguments in its file.

use clap::{Parser, Subcommand};

use super::global::Global;
use super::{
    add, check, completions, dkim, doctor, fill, gather, import, init, ledger, mailbox, man, new, preview, render,
    schema, send, serve, status, subscribers, suppress,
};

/// Write, check, send and archive a newsletter of curated links
#[derive(Debug, Parser)]
#[command(name = "newsletter", version, propagate_version = true, max_term_width = 100)]
pub struct Arguments {
    /// Options every command has
    #[command(flatten)]
    pub global: Global,
    /// The command
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create a new newsletter
    Init(init::Options),
    /// Create the next issue from the template
    New(new::Options),
    /// Add links to `links.md` or to an issue; the title comes from the page
    Add(add::Options),
    /// Put new links of feeds, or of exported bookmarks, into `links.md`
    Gather(gather::Options),
    /// Add facts that the links of an issue lack: title, author, kind, reading time
    Fill(fill::Options),
    /// Import past issues that another program sent; none of them can be mailed
    Import(import::Options),
    /// List the issues with their status
    List,
    /// Check the configuration, the subscriber list and the issues
    Check(check::Options),
    /// Preview issues in the browser; pages reload on every save
    Preview(preview::Options),
    /// Print one part of an issue, or the complete message to one subscriber
    Render(render::Options),
    /// Send an issue to every subscriber once; run it again to continue
    Send(send::Options),
    /// Show deliveries and their recipients
    Status(status::Options),
    /// Import, list, add, tag, export, erase and count readers
    Subscribers(subscribers::Options),
    /// Stop mailing an address
    Suppress(suppress::Options),
    /// Read returned mail: bounces, complaints, unsubscribe requests
    Mailbox(mailbox::Options),
    /// Serve readers on the web: subscribe, confirm, unsubscribe
    Serve(serve::Options),
    /// Locate, verify, copy or recover the ledger
    Ledger(ledger::Options),
    /// Build the web archive and the feeds
    Build,
    /// Manage DKIM: generate a key, show its DNS record, verify a message
    Dkim(dkim::Options),
    /// Diagnose delivery problems: keys, mail server, SPF, DKIM, DMARC, clock, disk
    Doctor(doctor::Options),
    /// Print the JSON Schema of a file, with which editors complete and check it
    Schema(schema::Options),
    /// Print a shell completion script
    Completions(completions::Options),
    /// Write the manual pages to a folder
    Man(man::Options),
}
