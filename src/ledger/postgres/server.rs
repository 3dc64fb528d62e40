//! Describes the database: its location, the login, and the encryption of the connection.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use postgres::Config;
use postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::secret::Secret;
use crate::smtp;

/// The time limit of an attempt to connect, unless the URL has one.
const CONNECT: Duration = Duration::from_secs(10);

/// The time that sent data may go unacknowledged, unless the URL has one.
const SILENCE: Duration = Duration::from_secs(20);

/// A PostgreSQL database that holds a ledger.
#[derive(Clone)]
pub struct PostgresServer {
    pub(super) config: Config,
    /// The TLS settings; `None` if nothing leaves the machine.
    pub(super) tls: Option<MakeRustlsConnect>,
    /// The time a silent sender keeps its rows.
    pub(super) lease: Duration,
    /// The name of this process in the list of senders: `pid 4711 on mx1`.
    pub(super) sender: String,
}

/// Without user and password.
impl fmt::Debug for PostgresServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Server({self})")
    }
}

/// `db1.example.org/weekly`.
impl fmt::Display for PostgresServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, host) in self.config.get_hosts().iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            match host {
                Host::Tcp(name) => write!(formatter, "{comma}{name}")?,
                Host::Unix(path) => write!(formatter, "{comma}{}", path.display())?,
            }
        }
        write!(formatter, "/{}", self.config.get_dbname().or(self.config.get_user()).unwrap_or_default())
    }
}

impl PostgresServer {
    /// The server of `url` (`postgres://user@host/database`), with `password` if it needs one.
    /// Connections to other machines are encrypted, and the certificate is checked against the
    /// machine's authorities and those of `ca_file`.
    ///
    /// Errors describe the fault in the URL without repeating it, because it may contain a
    /// password.
    pub fn new(
        url: &str,
        password: Option<&Secret>,
        ca_file: Option<&Path>,
        lease: Duration,
        sender: String,
    ) -> anyhow::Result<Self> {
        // The certificate is always verified in full; the client library has no mode for that.
        let url = url.replace("sslmode=verify-full", "sslmode=require").replace("sslmode=verify-ca", "sslmode=require");
        let mut config: Config = url.parse().context("the `url` of the ledger cannot be used")?;
        if config.get_hosts().is_empty() {
            bail!("the `url` of the ledger has no host; write it like `postgres://weekly@db.example.org/weekly`");
        }
        match (config.get_ssl_mode(), stays_here(&config)) {
            // A local server may have any certificate, because nothing leaves the machine.
            (SslMode::Prefer, true) => config.ssl_mode(SslMode::Disable),
            (SslMode::Prefer, false) => config.ssl_mode(SslMode::Require),
            (SslMode::Disable, false) => {
                bail!("`sslmode=disable` in the `url` of the ledger, which is on another machine; take it out")
            }
            _ => &mut config,
        };
        if let Some(password) = password {
            config.password(password.expose());
        }
        config.application_name("newsletter");
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        let tls = if config.get_ssl_mode() == SslMode::Disable {
            None
        } else {
            let client =
                smtp::tls_client(ca_file).map_err(anyhow::Error::msg).context("the `ca_file` of the ledger")?;
            Some(MakeRustlsConnect::new(client))
        };
        Ok(Self { config, tls, lease, sender })
    }
}

/// Returns whether connections stay on this machine.
fn stays_here(config: &Config) -> bool {
    let named = config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    });
    // `hostaddr` takes precedence over the host name.
    named && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> anyhow::Result<PostgresServer> {
        PostgresServer::new(url, None, None, Duration::from_secs(30), "pid 1 on here".to_owned())
    }

    #[test]
    fn what_leaves_the_machine_is_encrypted() {
        let mode = |url| server(url).unwrap().config.get_ssl_mode();
        assert_eq!(mode("postgres://weekly@db.example.org/weekly"), SslMode::Require);
        assert_eq!(mode("postgres://weekly@db.example.org/weekly?sslmode=verify-full"), SslMode::Require);
        assert_eq!(mode("postgres://weekly@localhost/weekly?hostaddr=192.0.2.7"), SslMode::Require);
        assert_eq!(mode("postgres://weekly@localhost,db.example.org/weekly"), SslMode::Require);
        assert_eq!(mode("postgres://weekly@localhost/weekly"), SslMode::Disable);
        assert_eq!(mode("postgres://weekly@[::1]/weekly"), SslMode::Disable);
        assert_eq!(mode("postgres://weekly@127.0.0.1/weekly?sslmode=require"), SslMode::Require);
        assert_eq!(mode("postgres://weekly@%2Frun%2Fpostgresql/weekly"), SslMode::Disable);
        assert_eq!(
            server("postgres://weekly@db.example.org/weekly?sslmode=disable").unwrap_err().to_string(),
            "`sslmode=disable` in the `url` of the ledger, which is on another machine; take it out"
        );
    }

    #[test]
    fn a_url_that_cannot_be_used_is_not_repeated() {
        let said = |url| format!("{:#}", server(url).unwrap_err());
        assert_eq!(
            said("postgres://weekly:hunter2@db.example.org/weekly?port=x"),
            "the `url` of the ledger cannot be used: invalid connection string: invalid value for option `port`"
        );
        assert_eq!(
            said("postgres:///weekly"),
            "the `url` of the ledger has no host; write it like `postgres://weekly@db.example.org/weekly`"
        );
    }

    #[test]
    fn nothing_is_waited_for_without_end_and_not_longer_than_the_url_says() {
        let waits = |url| {
            let config = server(url).unwrap().config;
            [config.get_connect_timeout(), config.get_tcp_user_timeout()].map(|wait| wait.map(Duration::as_secs))
        };
        assert_eq!(waits("postgres://weekly@db.example.org/weekly"), [Some(10), Some(20)]);
        let said = "postgres://weekly@db.example.org/weekly?connect_timeout=3&tcp_user_timeout=5";
        assert_eq!(waits(said), [Some(3), Some(5)]);
    }

    #[test]
    fn it_is_called_by_its_hosts_and_its_database() {
        let called = |url| server(url).unwrap().to_string();
        assert_eq!(
            called("postgres://weekly@db1.example.org,db2.example.org/letters"),
            "db1.example.org,db2.example.org/letters"
        );
        assert_eq!(called("postgres://weekly@%2Frun%2Fpostgresql"), "/run/postgresql/weekly");
    }

    #[test]
    fn neither_user_nor_password_is_shown() {
        let server = server("postgres://weekly:hunter2@db.example.org/letters").unwrap();
        assert_eq!(format!("{server:?}"), "Server(db.example.org/letters)");
    }
}
