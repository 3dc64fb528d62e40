//! Sends mail to readers that waits: what they were asked, and their links.

use super::outcome::MailboxReport;
use crate::app::readers::{Doors, Mailer, ReaderKeys, Sending};
use crate::config::Newsletter;
use crate::ledger::Ledger;

/// Sends what is due. What cannot be sent waits for the next time, and the report says so: everything else is done.
pub(super) fn send_waiting(
    newsletter: &Newsletter,
    keys: &ReaderKeys,
    ledger: &mut dyn Ledger,
    report: &mut MailboxReport,
) {
    if let Err(error) = send(newsletter, keys, ledger, report) {
        report.warnings.push(format!("warning: mail to readers waits: {error:#}"));
    }
}

fn send(
    newsletter: &Newsletter,
    keys: &ReaderKeys,
    ledger: &mut dyn Ledger,
    report: &mut MailboxReport,
) -> anyhow::Result<()> {
    let mut waiting = 0;
    ledger.read_readers(&mut |records| {
        waiting = records.mail_waiting()?;
        Ok(())
    })?;
    if waiting == 0 {
        return Ok(());
    }
    let mailer = Mailer::ready(newsletter, keys, Doors::of(newsletter))?;
    let warnings = std::cell::RefCell::new(Vec::new());
    loop {
        match mailer.send_next(ledger, &|warning| warnings.borrow_mut().push(warning.to_owned()))? {
            Sending::Sent => report.sent += 1,
            Sending::NotSent => {}
            Sending::Held => {
                warnings.borrow_mut().push(
                    "warning: confirmation mails wait: more people sign up than `confirm_rate` under `[serve]` lets through; is \
                     it a robot?"
                        .to_owned(),
                );
                break;
            }
            Sending::Idle => break,
        }
    }
    report.warnings.extend(warnings.into_inner());
    Ok(())
}
