//! Messages that are too large, too many in one, or nested too deep.

use newsletter::returned::{MailKind, Unreadable, read};

#[test]
fn a_bomb_is_left_unread() {
    let head = "From: MAILER-DAEMON@example.net\nSubject: failure notice\n";
    let multipart = |parts: &str| format!("{head}Content-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n");
    let nested = |depth: usize| {
        let mut text = head.to_owned();
        for level in 0..depth {
            text += &"Content-Type: multipart/mixed; boundary=b#\n\n--b#\n".replace('#', &level.to_string());
        }
        text + "Content-Type: text/plain\n\nhello\n"
    };
    let large = format!("{head}\n{}", "x".repeat(10 << 20));
    let parts = multipart(&"--b\n\nhello\n".repeat(300));
    let typed = multipart(&"--b\nContent-Type: text/plain\n\nhello\n".repeat(100_000));
    let inner = "Content-Type: message/rfc822\n\n".repeat(300_000);
    for bomb in [large, parts, typed, nested(12), inner] {
        assert_eq!(read(bomb.as_bytes()), Err(Unreadable::TooLarge));
    }
    for harmless in [nested(8), multipart(&"--b\n\nhello\n".repeat(100))] {
        assert_eq!(read(harmless.as_bytes()).unwrap().kind, MailKind::NotUnderstood);
    }
}

#[test]
fn what_has_no_header_is_no_message() {
    for bytes in [&b""[..], b"\n", b"\n\nhello"] {
        assert_eq!(read(bytes), Err(Unreadable::NoHeader), "{bytes:?}");
    }
}

#[test]
fn a_report_about_thousands_is_read_as_one_about_a_hundred() {
    let many = |line: &str, count: u32| -> String {
        (0..count).map(|number| line.replace('#', &number.to_string())).collect()
    };
    let lines = many("<a#@example.net>:\n", 100_000);
    let message = format!("From: MAILER-DAEMON@example.net\nSubject: failure notice\n\n{lines}");
    let MailKind::Reports(reports) = read(message.as_bytes()).unwrap().kind else { panic!("a report") };
    assert_eq!(reports.len(), 100);
    let fields = many("Final-Recipient: rfc822; a#@example.net\n\n", 1000);
    let MailKind::Reports(reports) = read(format!("From: a@b.example\n\n{fields}").as_bytes()).unwrap().kind else {
        panic!("a report")
    };
    assert_eq!(reports.len(), 100);
}
