//! Runs `newsletter serve`, the web server for readers.

use std::io::Write;
use std::net::SocketAddr;

use clap::Args;

use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::config::Newsletter;
use crate::serve::{self, Serve, ServeOptions};

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct Options {
    /// Address to listen on, in place of `listen` under `[serve]`; port 0 for any free port
    #[arg(long, value_name = "IP:PORT")]
    listen: Option<SocketAddr>,
    /// Take no sign-ups: only unsubscribing and confirming
    #[arg(long)]
    no_subscribe: bool,
    /// Name server that tells which domains take mail
    #[arg(long, value_name = "ADDRESS:PORT")]
    resolver: Option<SocketAddr>,
    /// Print a hardened systemd unit, and blocks for Caddy and nginx
    #[arg(long)]
    unit: bool,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    if options.unit {
        let listen = options.listen.unwrap_or(newsletter.settings.serve.listen);
        let program = std::env::current_exe()?;
        let unit = serve::unit(&program, &newsletter.root, &serve::url(&newsletter)?, listen, &newsletter.settings);
        write!(std::io::stdout(), "{unit}")?;
        return Ok(Exit::Done);
    }
    let settings = ServeOptions {
        listen: options.listen,
        can_subscribe: !options.no_subscribe,
        resolver: options.resolver,
        logs_requests: !global.quiet,
    };
    let serve = Serve::open(newsletter, settings)?;
    let (address, url) = (serve.address()?, serve.url().to_owned());
    writeln!(std::io::stdout(), "http://{address}/")?;
    output::note(
        global,
        &format!("Serving {url} on {address}. Ctrl-C or SIGTERM stops, after every answer is durable.\n"),
    );
    serve.run(|line| {
        // stderr may be closed, which is no reason to stop.
        let _ = writeln!(anstream::stderr(), "{line}");
    })?;
    Ok(Exit::Done)
}
