//! lettre as its documentation shows it: `sync` on one thread with the default pool, or `async` on tokio with ten tasks
//! and a pool of ten.

mod material;

use std::sync::Arc;

use anyhow::Context;
use lettre::message::dkim::{
    DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm, DkimSigningKey,
};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::PoolConfig;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, SmtpTransport, Tokio1Executor, Transport};

use material::{CONNECTIONS, FROM, Material, Recipient};

/// Builds and, with a key, signs messages.
struct Writer {
    material: Material,
    from: Mailbox,
    dkim: Option<DkimConfig>,
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (mode, arguments) = arguments.split_first().context("expected `sync` or `async`")?;
    let writer = Writer::new(Material::read(arguments)?)?;
    match mode.as_str() {
        "sync" => send(&writer),
        "async" => tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(send_async(writer)),
        _ => anyhow::bail!("expected `sync` or `async`"),
    }
}

fn send(writer: &Writer) -> anyhow::Result<()> {
    let transport = SmtpTransport::builder_dangerous("127.0.0.1").port(writer.material.port).build();
    for recipient in &writer.material.recipients {
        transport.send(&writer.message(recipient)?)?;
    }
    Ok(())
}

async fn send_async(writer: Writer) -> anyhow::Result<()> {
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(writer.material.port)
        .pool_config(PoolConfig::new().max_size(u32::try_from(CONNECTIONS)?))
        .build();
    let writer = Arc::new(writer);
    let tasks = (0..CONNECTIONS).map(|first| {
        let (writer, transport) = (Arc::clone(&writer), transport.clone());
        tokio::spawn(async move {
            for recipient in writer.material.recipients.iter().skip(first).step_by(CONNECTIONS) {
                transport.send(writer.message(recipient)?).await?;
            }
            anyhow::Ok(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await??;
    }
    Ok(())
}

impl Writer {
    fn new(material: Material) -> anyhow::Result<Self> {
        let from = Mailbox::new(Some(FROM.0.to_owned()), FROM.1.parse()?);
        let dkim = material.key.as_deref().map(dkim).transpose()?;
        Ok(Self { material, from, dkim })
    }

    fn message(&self, recipient: &Recipient) -> anyhow::Result<Message> {
        let (text, html) = self.material.bodies(recipient);
        let header = |name, value| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(recipient.address.parse()?)
            .subject(&self.material.subject)
            .raw_header(header("List-Unsubscribe", format!("<{}>", recipient.link)))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()))
            .multipart(MultiPart::alternative_plain_html(text, html))?;
        if let Some(dkim) = &self.dkim {
            message.sign(dkim);
        }
        Ok(message)
    }
}

fn dkim(key: &str) -> anyhow::Result<DkimConfig> {
    let names = ["From", "To", "Subject", "Date", "List-Unsubscribe", "List-Unsubscribe-Post"];
    Ok(DkimConfig::new(
        "bench".to_owned(),
        "bytes.example.org".to_owned(),
        DkimSigningKey::new(key, DkimSigningAlgorithm::Rsa)?,
        names.into_iter().map(HeaderName::new_from_ascii_str).collect(),
        DkimCanonicalization { header: DkimCanonicalizationType::Relaxed, body: DkimCanonicalizationType::Relaxed },
    ))
}
