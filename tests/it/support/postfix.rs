//! A Postfix of the test's own: its configuration, queue and log in the test's folder, its ports on
//! the loopback.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};

use super::authority::Authority;
use super::privileged::{privileged, start};

/// The services behind the ports.
const SERVICES: &str = include_str!("master.cf");

/// A running Postfix.
pub(crate) struct Postfix {
    folder: PathBuf,
    /// Where anyone on this machine may hand in mail, in plain text.
    pub(crate) plain: u16,
    /// Where STARTTLS and AUTH come first.
    pub(crate) submission: u16,
    /// Where TLS starts at once, and AUTH comes first.
    pub(crate) submissions: u16,
}

impl Postfix {
    /// Starts one below `root` that knows `mailboxes` and no other address of their domains, with these lines added to main.cf and master.cf. It takes
    /// plain mail at the port `plain`. Mail goes to the LMTP socket `root/lmtp`; who may log in is asked at the socket `root/auth`.
    pub(crate) fn start<'a>(
        root: &Path,
        authority: &Authority,
        plain: u16,
        mailboxes: impl IntoIterator<Item = &'a str>,
        [main, services]: [&str; 2],
    ) -> Self {
        let folder = root.join("postfix");
        fs::create_dir_all(folder.join("data")).unwrap();
        fs::create_dir_all(folder.join("queue")).unwrap();
        let mailboxes: String = mailboxes.into_iter().flat_map(|address| [address, " there\n"]).collect();
        fs::write(folder.join("mailboxes"), mailboxes).unwrap();
        let postfix = Self { plain, submission: free_port(), submissions: free_port(), folder };
        fs::write(postfix.folder.join("main.cf"), postfix.main_cf(root, authority) + main).unwrap();
        fs::write(postfix.folder.join("master.cf"), postfix.master_cf() + services).unwrap();
        // The queue manager's files belong to Postfix itself.
        assert!(privileged("chown").arg("postfix").arg(postfix.folder.join("data")).status().unwrap().success());
        let mut command = privileged("/usr/sbin/postfix");
        start(command.arg("-c").arg(&postfix.folder).arg("start"), &postfix.folder.join("start.log"));
        postfix
    }

    /// The shell command that stops the one below `root`. It does not wait for deliveries under way; by then there are none
    /// worth waiting for.
    pub(crate) fn stop(root: &Path) -> String {
        format!("/usr/sbin/postfix -c {} abort", root.join("postfix").display())
    }

    fn main_cf(&self, root: &Path, authority: &Authority) -> String {
        let (root, folder) = (root.display(), self.folder.display());
        let certificate = authority.server_certificate.display();
        let key = authority.server_key.display();
        format!(
            "\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
biff = no
notify_classes =
virtual_mailbox_domains = example.org example.com example.net
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_transport = lmtp:unix:{root}/lmtp
transport_maps = inline:{{ {{ undeliverable@example.org = dead: }} }}
smtpd_sasl_type = dovecot
smtpd_sasl_path = {root}/auth
smtpd_tls_chain_files = {key} {certificate}
smtpd_tls_loglevel = 1
"
        )
    }

    fn master_cf(&self) -> String {
        let Self { plain, submission, submissions, .. } = self;
        let authenticated = "-o smtpd_sasl_auth_enable=yes -o mynetworks= \
                             -o smtpd_relay_restrictions=permit_sasl_authenticated,reject \
                             -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject";
        format!(
            "\
127.0.0.1:{plain} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt {authenticated}
127.0.0.1:{submissions} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes {authenticated}
{SERVICES}"
        )
    }

    /// The log so far.
    pub(crate) fn log(&self) -> String {
        let output = privileged("cat").arg(self.folder.join("mail.log")).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// The addresses the log says were delivered, in order.
    pub(crate) fn delivered(&self) -> Vec<String> {
        self.log()
            .lines()
            .filter(|line| line.contains("postfix/lmtp[") && line.contains("status=sent"))
            .map(|line| line.split_once("to=<").unwrap().1.split_once('>').unwrap().0.to_owned())
            .collect()
    }
}

/// A port nobody listens on. Below the range the system hands out by itself (32768 and up on Linux), so that nothing
/// else on the machine is given it between here and the server's `bind`.
pub(super) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 10_000).unwrap();
    loop {
        let port = 20_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
