//! Runs a Dovecot with its mailboxes in the test's folder, filled over LMTP and read over IMAP; it
//! also checks Postfix's passwords.

use std::fs;
use std::path::{Path, PathBuf};

use super::authority::Authority;
use super::imap;
use super::postfix::free_port;
use super::privileged::{privileged, start};

/// The password of every mailbox, and of whoever hands in mail.
pub(crate) const PASSWORD: &str = "correct-horse-battery-staple";

/// A running Dovecot.
pub(crate) struct Dovecot {
    pub(super) imap: u16,
    pub(super) imaps: u16,
}

impl Dovecot {
    /// Starts one below `root`, with the sockets `root/lmtp` and `root/auth`. Every address has a mailbox.
    pub(crate) fn start(root: &Path, authority: &Authority) -> Self {
        let folder = root.join("dovecot");
        fs::create_dir_all(&folder).unwrap();
        let mail = root.join("mail");
        fs::create_dir_all(&mail).unwrap();
        assert!(privileged("chown").arg("nobody").arg(&mail).status().unwrap().success());
        let dovecot = Self { imap: free_port(), imaps: free_port() };
        let configuration = configuration(root);
        fs::write(&configuration, dovecot.text(root, &folder, authority)).unwrap();
        start(privileged("dovecot").arg("-c").arg(configuration), &folder.join("start.log"));
        dovecot
    }

    /// The shell command that stops the one below `root`.
    pub(crate) fn stop(root: &Path) -> String {
        format!("doveadm -c {} stop", configuration(root).display())
    }

    fn text(&self, root: &Path, folder: &Path, authority: &Authority) -> String {
        let (root, folder, imap, imaps) = (root.display(), folder.display(), self.imap, self.imaps);
        let (certificate, key) = (authority.server_certificate.display(), authority.server_key.display());
        format!(
            "\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
auth_mechanisms = plain login
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={root}/mail/%u allow_all_users=yes
}}
service auth {{
  unix_listener {root}/auth {{
    mode = 0666
  }}
}}
service lmtp {{
  service_count = 0
  unix_listener {root}/lmtp {{
    mode = 0666
  }}
}}
service imap-login {{
  service_count = 0
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service imap {{
  service_count = 0
}}
"
        )
    }

    /// The messages in the mailbox of `address`, as IMAP hands them out.
    pub(crate) fn messages(&self, address: &str) -> Vec<Vec<u8>> {
        imap::messages(self.imap, address, PASSWORD)
    }
}

fn configuration(root: &Path) -> PathBuf {
    root.join("dovecot/dovecot.conf")
}
