//! Writes what a machine needs to run the server for good: a systemd unit, and blocks for Caddy and nginx. Pure.

use std::net::SocketAddr;
use std::path::Path;

/// Returns them for the newsletter in `root`, served by `program` at `listen` for the pages at `url`.
pub(crate) fn unit(program: &Path, root: &Path, url: &str, listen: SocketAddr) -> String {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next().unwrap_or_default();
    let (program, root) = (program.display(), root.display());
    format!(
        "# /etc/systemd/system/newsletter.service
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
UMask=0077
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
NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources

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
