//! Writes what a machine needs to run the server for good: a systemd unit, and blocks for Caddy and nginx. Pure.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use crate::config::{CourierSettings, DatabaseUrl, LedgerSettings, MailboxSettings, SecretSource, Settings};

/// What the courier `sendmail` cannot do without.
const OF_SENDMAIL: &str = "\
# The program of the courier `sendmail` changes its group and writes to a queue, so NoNewPrivileges, PrivateUsers and
# SystemCallFilter are left out.
ReadWritePaths=-/var/spool
";

/// What no other courier needs.
const WITHOUT_SENDMAIL: &str = "\
NoNewPrivileges=yes
PrivateUsers=yes
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
";

/// Returns them for the newsletter in `root`, served by `program` at `listen` for the pages at `url`.
pub(crate) fn unit(program: &Path, root: &Path, url: &str, listen: SocketAddr, settings: &Settings) -> String {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next().unwrap_or_default();
    let secrets = secrets(root, settings);
    let by_courier = match settings.courier {
        CourierSettings::Sendmail(_) => OF_SENDMAIL,
        CourierSettings::Smtp | CourierSettings::Outbox(_) => WITHOUT_SENDMAIL,
    };
    let (program, root) = (program.display(), root.display());
    format!(
        "\
# /etc/systemd/system/newsletter.service
# Then: systemctl daemon-reload && systemctl enable --now newsletter
[Unit]
Description=Readers of the newsletter come and go
After=network-online.target
Wants=network-online.target

[Service]
Type=notify
ExecStart={program} -C {root} serve
Restart=on-failure
RestartSec=2
TimeoutStopSec=20
# The user that owns the folder, and nobody else.
User=newsletter
{secrets}UMask=0077
ReadWritePaths={root}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
CapabilityBoundingSet=
AmbientCapabilities=
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
# Netlink: the C library asks for the addresses of this machine before it orders those of another.
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
{by_courier}
[Install]
WantedBy=multi-user.target

# Caddy: /etc/caddy/Caddyfile
#
# {host} {{
#     reverse_proxy {listen}
# }}

# nginx: in the server block of {host}
#
# location / {{
#     proxy_pass http://{listen};
#     proxy_set_header Host $host;
#     proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
#     proxy_http_version 1.1;
#     client_max_body_size 64k;
# }}
"
    )
}

/// The lines by which systemd passes the secrets that are not in files.
fn secrets(root: &Path, settings: &Settings) -> String {
    let folder = root.file_name().unwrap_or_default().to_string_lossy();
    let (mut variables, mut credentials) = (BTreeSet::new(), BTreeSet::new());
    for source in sources(settings) {
        match source {
            SecretSource::Env(name) => {
                variables.insert(name.as_str());
            }
            SecretSource::Command(argv) => {
                if let [program, verb, name] = argv.as_slice()
                    && Path::new(program).ends_with("systemd-creds")
                    && verb == "cat"
                {
                    credentials.insert(name.as_str());
                }
            }
            SecretSource::File(_) => {}
        }
    }
    let mut lines = String::new();
    if !variables.is_empty() || !credentials.is_empty() {
        lines.push_str("# Secrets are in files that only root can read.\n");
    }
    if !variables.is_empty() {
        let names: Vec<_> = variables.iter().map(|name| format!("{name}=…")).collect();
        let _ = writeln!(lines, "# With {}:", names.join(", "));
        let _ = writeln!(lines, "EnvironmentFile=/etc/newsletter/{folder}.secrets");
    }
    for name in credentials {
        let _ = writeln!(lines, "LoadCredential={name}:/etc/newsletter/{folder}.{name}");
    }
    lines
}

/// Where the secrets come from that the server needs.
fn sources(settings: &Settings) -> impl Iterator<Item = &SecretSource> {
    let of_courier = settings.smtp.iter().filter(|_| settings.courier == CourierSettings::Smtp);
    let of_courier = of_courier.filter_map(|smtp| smtp.password.as_ref());
    let of_mailbox = settings.mailbox.iter().filter_map(|mailbox| match mailbox {
        MailboxSettings::Imap(imap) => Some(&imap.password),
        MailboxSettings::Maildir(_) => None,
    });
    let ledger = if let LedgerSettings::Shared(shared) = &settings.ledger { Some(shared) } else { None };
    let of_ledger = ledger.into_iter().flat_map(|ledger| {
        let url = if let DatabaseUrl::Secret(source) = &ledger.url { Some(source) } else { None };
        url.into_iter().chain(&ledger.password)
    });
    let of_signer = settings.dkim.iter().map(|dkim| &dkim.key);
    std::iter::once(&settings.token_key).chain(of_courier).chain(of_mailbox).chain(of_ledger).chain(of_signer)
}
