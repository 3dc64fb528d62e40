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
    /// Starts one below `root`, with the sockets `root/lmtp` and `root/auth`. Every address has a mailbox; that of `full` has no
    /// room. What a sieve script sends goes to the port `smtp` of a Postfix.
    pub(crate) fn start(root: &Path, authority: &Authority, smtp: u16) -> Self {
        let folder = root.join("dovecot");
        fs::create_dir_all(&folder).unwrap();
        let mail = root.join("mail");
        fs::create_dir_all(&mail).unwrap();
        assert!(privileged("chown").arg("nobody").arg(&mail).status().unwrap().success());
        let dovecot = Self { imap: free_port(), imaps: free_port() };
        let configuration = configuration(root);
        fs::write(&configuration, dovecot.text(root, &folder, authority, smtp)).unwrap();
        start(privileged("dovecot").arg("-c").arg(configuration), &folder.join("start.log"));
        dovecot
    }

    /// The shell command that stops the one below `root`.
    pub(crate) fn stop(root: &Path) -> String {
        format!("doveadm -c {} stop", configuration(root).display())
    }

    fn text(&self, root: &Path, folder: &Path, authority: &Authority, smtp: u16) -> String {
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
mail_plugins = quota
submission_host = 127.0.0.1:{smtp}
protocol lmtp {{
  mail_plugins = quota sieve
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  sieve = file:~/sieve;active=~/active.sieve
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={root}/mail/%u allow_all_users=yes quota_rule=*:storage=%{{if;%n;eq;full;1B;1G}}
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

    /// Has every message to `address` go through a sieve `script`.
    pub(crate) fn filter(root: &Path, address: &str, script: &str) {
        let home = root.join("mail").join(address);
        let path = home.join("active.sieve");
        let made = privileged("install").args(["-d", "-o", "nobody"]).arg(&home).status().unwrap();
        assert!(made.success());
        let draft = root.join("draft.sieve");
        fs::write(&draft, script).unwrap();
        assert!(
            privileged("install").args(["-o", "nobody", "-m", "644"]).args([&draft, &path]).status().unwrap().success()
        );
    }

    /// The messages in the mailbox of `address`, as IMAP hands them out.
    pub(crate) fn messages(&self, address: &str) -> Vec<Vec<u8>> {
        imap::messages(self.imap, address, PASSWORD)
    }
}

fn configuration(root: &Path) -> PathBuf {
    root.join("dovecot/dovecot.conf")
}
