//! A Dovecot of the test's own: mailboxes in the test's folder, filled over LMTP, read over IMAP; and the one who
//! tells Postfix whether a password is right.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::imap;
use super::postfix::free_port;
use super::privileged::{privileged, start};

/// The password of every mailbox, and of whoever hands in mail.
pub(crate) const PASSWORD: &str = "correct-horse-battery-staple";

/// A running Dovecot; stopped when dropped.
pub(crate) struct Dovecot {
    configuration: PathBuf,
    imap: u16,
}

impl Dovecot {
    /// Starts one below `root`, with the sockets `root/lmtp` and `root/auth`. Every address has a mailbox.
    pub(crate) fn start(root: &Path) -> Self {
        let folder = root.join("dovecot");
        fs::create_dir_all(&folder).unwrap();
        let mail = root.join("mail");
        fs::create_dir_all(&mail).unwrap();
        assert!(privileged("chown").arg("nobody").arg(&mail).status().unwrap().success());
        let dovecot = Self { configuration: folder.join("dovecot.conf"), imap: free_port() };
        fs::write(&dovecot.configuration, dovecot.text(root, &folder)).unwrap();
        start(&mut dovecot.command("dovecot"), &folder.join("start.log"));
        dovecot
    }

    fn text(&self, root: &Path, folder: &Path) -> String {
        let (root, folder, imap) = (root.display(), folder.display(), self.imap);
        format!(
            "\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
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
    port = 0
  }}
}}
service imap {{
  service_count = 0
}}
"
        )
    }

    fn command(&self, program: &str) -> Command {
        let mut command = privileged(program);
        command.arg("-c").arg(&self.configuration);
        command
    }

    /// The messages in the mailbox of `address`, as IMAP hands them out.
    pub(crate) fn messages(&self, address: &str) -> Vec<Vec<u8>> {
        imap::messages(self.imap, address, PASSWORD)
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        let _ = self.command("doveadm").arg("stop").stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}
