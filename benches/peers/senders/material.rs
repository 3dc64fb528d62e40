//! Reads the material of every sender: `PORT COUNT MATERIAL [KEY]`, and in the folder MATERIAL the letter (`subject.txt`,
//! `letter.html`, `letter.txt`, with `{{unsubscribe}}` and `{{address}}` where subscribers differ) and `recipients.tsv`,
//! a line of address and unsubscribe link each. KEY is an RSA key to sign with.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

/// Whom every message is from.
pub(crate) const FROM: (&str, &str) = ("Ada Example", "ada@bytes.example.org");

/// How many connections a sender of several opens.
pub(crate) const CONNECTIONS: usize = 10;

/// What to send, to whom, where.
pub(crate) struct Material {
    /// Of the server on 127.0.0.1.
    pub(crate) port: u16,
    /// The subject of every message.
    pub(crate) subject: String,
    /// Who gets one.
    pub(crate) recipients: Vec<Recipient>,
    /// An RSA private key, PKCS#1 as PEM.
    pub(crate) key: Option<String>,
    /// The letter, with names in braces where subscribers differ.
    pub(crate) html: String,
    /// The same as text.
    pub(crate) text: String,
}

/// One of them.
pub(crate) struct Recipient {
    /// The address.
    pub(crate) address: String,
    /// The unsubscribe link.
    pub(crate) link: String,
}

impl Material {
    /// Reads what the arguments name.
    ///
    /// Errors when they are wrong, a file is missing or there are too few recipients.
    pub(crate) fn read(arguments: &[String]) -> anyhow::Result<Self> {
        let (port, count, folder, key) = match arguments {
            [port, count, folder] => (port, count, folder, None),
            [port, count, folder, key] => (port, count, folder, Some(key)),
            _ => bail!("expected `PORT COUNT MATERIAL [KEY]`"),
        };
        let count: usize = count.parse().context("COUNT")?;
        let file = |name| read(&Path::new(folder).join(name));
        let recipients: Vec<_> = file("recipients.tsv")?.lines().take(count).filter_map(Recipient::of_line).collect();
        if recipients.len() < count {
            bail!("`recipients.tsv` has {} recipients, not {count}", recipients.len());
        }
        Ok(Self {
            port: port.parse().context("PORT")?,
            subject: file("subject.txt")?.trim_end().to_owned(),
            recipients,
            key: key.map(|key| read(Path::new(key))).transpose()?,
            html: file("letter.html")?,
            text: file("letter.txt")?,
        })
    }

    #[allow(dead_code, reason = "the ceiling writes them in pieces")]
    /// The two bodies as `recipient` gets them: text, HTML.
    pub(crate) fn bodies(&self, recipient: &Recipient) -> (String, String) {
        let personal =
            |part: &str| part.replace("{{unsubscribe}}", &recipient.link).replace("{{address}}", &recipient.address);
        (personal(&self.text), personal(&self.html))
    }
}

impl Recipient {
    fn of_line(line: &str) -> Option<Self> {
        line.split_once('\t').map(|(address, link)| Self { address: address.to_owned(), link: link.to_owned() })
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("`{}`", path.display()))
}
