//! Names the types of settings.

use crate::schema::Kind;

pub(super) const ADDRESS: Kind = Kind::formed("address", "@");
pub(super) const COLOUR: Kind = Kind::formed("colour", r"^\s*#[0-9A-Fa-f]{6}\s*$");
pub(super) const DURATION: Kind = Kind::formed("duration", r"^\s*[0-9]+[smhd]\s*$");
pub(super) const HOST: Kind = Kind::named("host name");
pub(super) const HTTPS_URL: Kind = Kind::formed("https URL", r"^\s*[Hh][Tt][Tt][Pp][Ss]://");
pub(super) const IP_ADDRESS: Kind = Kind::named("IP address");
pub(super) const LANGUAGE: Kind = Kind::formed("language tag", r"^\s*[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*\s*$");
pub(super) const LINES: Kind = Kind::List(&Kind::LINE);
pub(super) const MECHANISM: Kind = Kind::OneOf(&["plain", "login", "xoauth2"]);
pub(super) const PATH: Kind = Kind::named("path");
pub(super) const PORT: Kind = Kind::Integer(1, 65_535);
pub(super) const ORIGIN: Kind = Kind::formed("origin", "://");
pub(super) const RATE: Kind = Kind::formed("rate", r"^\s*[0-9]+/[smhd]\s*$");
pub(super) const SENDER: Kind = Kind::formed("mailbox", "@");
pub(super) const SOCKET: Kind = Kind::formed("IP address and port", ":[0-9]+\\s*$");
pub(super) const TLS: Kind = Kind::OneOf(&["implicit", "starttls", "none"]);
pub(super) const WEB_URL: Kind = Kind::formed("http(s) URL", r"^\s*[Hh][Tt][Tt][Pp][Ss]?://");
