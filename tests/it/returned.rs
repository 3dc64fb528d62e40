//! Tests what a message in the newsletter's mailbox is: reports of many kinds of server, complaints, requests, and the
//! letters and absences that must not be taken for any of them.

mod absences;
mod bombs;
mod servers;

use newsletter::returned::{Mail, MailKind, Report, read};

/// What `message` is, one line for each recipient: class, status, address, and the address it was mailed to.
fn told(message: &str) -> String {
    let mail = read(message.as_bytes()).unwrap();
    match &mail.kind {
        MailKind::Reports(reports) => reports.iter().map(line).collect::<Vec<_>>().join("\n"),
        MailKind::Complaint(complaint) => format!("complaint: {}", addresses(&complaint.recipients)),
        other => format!("{other:?}"),
    }
}

fn line(report: &Report) -> String {
    let status = report.status.map(|status| format!(" {status}")).unwrap_or_default();
    let recipient = report.recipient.as_ref().map_or("nobody".to_owned(), ToString::to_string);
    let original = report.original.as_ref().map(|original| format!(" for {original}")).unwrap_or_default();
    format!("{}{status} {recipient}{original}", report.class.word())
}

fn addresses(list: &[newsletter::model::EmailAddress]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Whether a reader could lose mail by `mail`.
fn touches_readers(mail: &Mail) -> bool {
    matches!(mail.kind, MailKind::Reports(_) | MailKind::Complaint(_) | MailKind::Request(_))
}
