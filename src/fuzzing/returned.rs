//! Messages of the newsletter's mailbox.

use crate::returned::{MailKind, Report, read};

/// Any bytes as a message: what is reported of it is bounded and safe to print.
pub fn returned(data: &[u8]) {
    let Ok(mail) = read(data) else { return };
    if let MailKind::Reports(reports) = &mail.kind {
        assert!((1..=100).contains(&reports.len()), "{} reports", reports.len());
        for Report { text, .. } in reports {
            assert!(text.chars().count() <= 500 && !text.chars().any(char::is_control), "{text:?}");
        }
    }
    let evidence = &mail.evidence;
    assert!(evidence.message_ids.len() <= 200 && evidence.delivered_to.len() <= 200 && evidence.words.len() <= 200);
    assert!(evidence.words.iter().all(|word| matches!(word.len(), 22 | 26)));
}
