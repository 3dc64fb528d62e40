//! mail-send as its documentation shows it, on tokio, with ten tasks of a connection each. Unsigned: see `Cargo.toml`.

mod material;

use std::sync::Arc;

use anyhow::{anyhow, bail};
use mail_send::SmtpClientBuilder;
use mail_send::mail_builder::MessageBuilder;
use mail_send::mail_builder::headers::raw::Raw;

use material::{CONNECTIONS, FROM, Material, Recipient};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let material = Arc::new(Material::read(&arguments)?);
    if material.key.is_some() {
        bail!("mail-send is built without DKIM here");
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(send(material))
}

async fn send(material: Arc<Material>) -> anyhow::Result<()> {
    let tasks = (0..CONNECTIONS).map(|first| {
        let material = Arc::clone(&material);
        tokio::spawn(async move {
            let builder = SmtpClientBuilder::new("127.0.0.1", material.port).map_err(|error| anyhow!(error))?;
            let mut client = builder.implicit_tls(false).connect_plain().await?;
            for recipient in material.recipients.iter().skip(first).step_by(CONNECTIONS) {
                client.send(message(&material, recipient)).await?;
            }
            client.quit().await?;
            anyhow::Ok(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await??;
    }
    Ok(())
}

fn message<'material>(material: &'material Material, recipient: &'material Recipient) -> MessageBuilder<'material> {
    let (text, html) = material.bodies(recipient);
    MessageBuilder::new()
        .from(FROM)
        .to(recipient.address.as_str())
        .subject(material.subject.as_str())
        .header("List-Unsubscribe", Raw::new(format!("<{}>", recipient.link)))
        .header("List-Unsubscribe-Post", Raw::new("List-Unsubscribe=One-Click"))
        .text_body(text)
        .html_body(html)
}
