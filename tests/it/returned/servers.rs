//! Reports in the forms of servers and gateways, from their documents.

use super::told;

/// A report in words from a mail system, with the message it returns.
fn words(subject: &str, text: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nTo: bounces@letter.example.org\n\
         Subject: {subject}\n\n{text}\n\nReturn-Path: <bounces@letter.example.org>\nReceived: from letter.example.org\n\
         From: Letter <letter@example.org>\nTo: ada@example.net\nSubject: Issue 7\nMessage-ID: <x7@letter.example.org>\n\n\
         the text\n"
    )
}

/// A delivery report (RFC 3464) with these fields about the recipient.
fn report(fields: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: bounces@letter.example.org\nSubject: Undelivered\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSee below.\n--b\n\
         Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n{fields}\n--b\n\
         Content-Type: text/rfc822-headers\n\nFrom: letter@example.org\nTo: ada@example.net\n\
         Message-ID: <x7@letter.example.org>\nList-Unsubscribe: <https://letter.example.org/u/TOKEN>\n--b--\n"
    )
}

#[test]
fn words_of_servers_are_understood() {
    for (subject, text, expected) in [
        (
            "failure notice",
            "Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message to the \
             following addresses.\n\n<ada@example.net>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this \
             line is a copy of the message.",
            "no-such-user 5.1.1 ada@example.net",
        ),
        (
            "Mail delivery failed: returning message to sender",
            "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent \
             error.\n\n  ada@example.net\n    host mx.example.net [192.0.2.7]\n    SMTP error from remote mail server \
             after RCPT TO:<ada@example.net>:\n    550 5.2.2 mailbox full\n  bo@example.net\n    Unrouteable \
             address\n\n------ This is a copy of the message, including all the headers. ------",
            "full 5.2.2 ada@example.net\nno-such-domain bo@example.net",
        ),
        (
            "Undelivered Mail Returned to Sender",
            "<ada@example.net>: host mx.example.net[192.0.2.7] said: 550 5.7.26 this mail\n    has been blocked because \
             the sender is unauthenticated (in reply to end of DATA command)",
            "policy 5.7.26 ada@example.net",
        ),
        (
            "Warning: could not send message for past 4 hours",
            "THIS IS A WARNING MESSAGE ONLY\n\n<ada@example.net>... Deferred: Connection timed out with mx.example.net.",
            "delayed ada@example.net",
        ),
        (
            "Returned mail: Cannot send message for 5 days",
            "----- The following addresses had permanent fatal errors -----\n<ada@example.net>\n\n----- Transcript of \
             session follows -----\n<ada@example.net>... Deferred: Connection refused by mx.example.net.\nMessage could \
             not be delivered for 5 days",
            "expired ada@example.net",
        ),
        (
            "DELIVERY FAILURE: User ada (ada@example.net) not listed in Domino Directory",
            "Your message\n\n  Subject: Issue 7\n\nwas not delivered to:\n\n  ada@example.net\n\nbecause:\n\n  User ada \
             (ada@example.net) not listed in Domino Directory",
            "no-such-user ada@example.net",
        ),
        (
            "Undeliverable: Issue 7",
            "Your message\n\n  To:      Ada\n  Subject: Issue 7\n  Sent:    Thu, 9 May 2024\n\ndid not reach the following \
             recipient(s):\n\nc=US;a= ;p=EX;o=Main;dda:SMTP=ada@example.net; on Thu, 9 May 2024\n    The recipient name is \
             not recognized",
            "no-such-user ada@example.net",
        ),
        (
            "Delivery Status Notification (Failure)",
            "Ihre Nachricht konnte nicht zugestellt werden:\n\nada@example.net\nEmpfänger unbekannt",
            "no-such-user ada@example.net",
        ),
        (
            "メール配信エラー",
            "下記の宛先に配信できませんでした。\n<ada@example.net>\n宛先が見つかりませんでした。",
            "no-such-user ada@example.net",
        ),
        (
            "Недоставленное сообщение",
            "Не удалось доставить: ada@example.net\nпользователь не найден",
            "no-such-user ada@example.net",
        ),
        (
            "Undelivered",
            "ada@example.net\n550 Requested action not taken: mailbox unavailable",
            "no-such-user ada@example.net",
        ),
        (
            "Undelivered",
            "ada@example.net\n550 5.1.1 User unknown in relay recipient table",
            "no-such-user 5.1.1 ada@example.net",
        ),
        ("Undelivered", "ada@example.net\n552 De mailbox van de ontvanger is vol", "full ada@example.net"),
        ("Undelivered", "ada@example.net\n552 Ez nem fér el", "full ada@example.net"),
        ("Undelivered", "ada@example.net\n550 Böyle bir kullanıcı yok", "no-such-user ada@example.net"),
        ("Undelivered", "ada@example.net\n550 Pengguna tidak dikenal", "no-such-user ada@example.net"),
        ("系统退信", "您的邮件无法送达\nada@example.net\n550 用户不存在", "no-such-user ada@example.net"),
    ] {
        assert_eq!(told(&words(subject, text)), expected, "{subject}\n{text}");
    }
}

#[test]
fn fields_of_reports_are_understood() {
    for (fields, expected) in [
        (
            "Final-Recipient: rfc822; ada@example.net\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no",
            "no-such-user 5.1.1 ada@example.net",
        ),
        // Status and words disagree: the words of the server win, and the reader.
        (
            "Final-Recipient: rfc822; ada@example.net\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 553 \
             https://www.spamhaus.org/query/bl?ip=192.0.2.7",
            "policy 5.1.1 ada@example.net",
        ),
        (
            "Final-Recipient: rfc822; ada@example.net\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 mailbox \
             <ada@example.net> is over quota (#5.1.1)",
            "full 5.0.0 ada@example.net",
        ),
        (
            "Original-Recipient: rfc822;ada@example.net\nFinal-Recipient: rfc822;box7@inner.example.net\nAction: failed\n\
             Status: 5.2.1",
            "disabled 5.2.1 box7@inner.example.net for ada@example.net",
        ),
        (
            "Final-Recipient: rfc822; ada@example.net\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; 450 user \
             unknown",
            "delayed 4.4.1 ada@example.net",
        ),
        ("Final-Recipient: rfc822; ada@example.net\nAction: relayed\nStatus: 2.1.9", "delivered 2.1.9 ada@example.net"),
        (
            "Final-Recipient: rfc822; ada@example.net\nAction: failed\nStatus: 4.4.7\nDiagnostic-Code: smtp; 451 later",
            "expired 4.4.7 ada@example.net",
        ),
        // MAIL FROM was refused: that is never about the recipient.
        (
            "Final-Recipient: rfc822; ada@example.net\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 user \
             unknown (in reply to MAIL FROM command)",
            "policy 5.1.1 ada@example.net",
        ),
        ("Action: failed\nStatus: 5.1.2", "no-such-domain 5.1.2 ada@example.net"),
        // RFC 7504, RFC 7505.
        (
            "Final-Recipient: rfc822; ada@example.net\nAction: failed\nStatus: 5.3.2\nDiagnostic-Code: smtp; 521 5.3.2 no",
            "no-such-domain 5.3.2 ada@example.net",
        ),
        (
            "Final-Recipient: rfc822; ada@example.net\nAction: failed\nStatus: 5.1.10",
            "no-such-domain 5.1.10 ada@example.net",
        ),
    ] {
        assert_eq!(told(&report(fields)), expected, "{fields}");
    }
}

#[test]
fn a_returned_message_proves_whose_it_was() {
    let mail = newsletter::returned::read(report("Final-Recipient: rfc822; ada@example.net").as_bytes()).unwrap();
    assert_eq!(mail.evidence.message_ids, ["x7@letter.example.org"]);
    assert_eq!(mail.evidence.list_unsubscribe, ["<https://letter.example.org/u/TOKEN>"]);
    assert_eq!(super::addresses(&mail.evidence.delivered_to), "bounces@letter.example.org");
}

#[test]
fn line_ends_and_folding_make_no_difference() {
    let message = report(
        "Final-Recipient: rfc822;\n ada@example.net\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1\n no \
         such user",
    );
    for message in [message.clone(), message.replace('\n', "\r\n"), message.replace('\n', "\r")] {
        assert_eq!(told(&message), "no-such-user 5.1.1 ada@example.net");
    }
    assert_eq!(told(&format!("From MAILER-DAEMON Thu Jan  1 00:00:00 2026\n{message}")), told(&message));
}

#[test]
fn exim_is_no_vacation() {
    let message =
        words("Mail delivery failed", "This is a permanent error.\n\n  ada@example.net\n    550 unknown user");
    let message = format!("Auto-Submitted: auto-replied\nX-Failed-Recipients: ada@example.net\n{message}");
    assert_eq!(told(&message), "no-such-user ada@example.net");
}

#[test]
fn complaints_are_read_with_and_without_an_address() {
    let complaint = |fields: &str, to: &str| {
        format!(
            "From: fbl@example.net\nTo: abuse@example.org\nSubject: FW: Issue 7\nContent-Type: multipart/report; \
             report-type=feedback-report; boundary=b\n\n--b\n\nA complaint.\n--b\nContent-Type: \
             message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n{fields}\n--b\nContent-Type: \
             message/rfc822\n\nFrom: letter@example.org\nTo: {to}\nMessage-ID: <x7@letter.example.org>\n\ntext\n--b--\n"
        )
    };
    assert_eq!(told(&complaint("Original-Rcpt-To: <ada@example.net>", "Undisclosed")), "complaint: ada@example.net");
    assert_eq!(told(&complaint("", "ada@example.net")), "complaint: ada@example.net");
    assert_eq!(told(&complaint("", "Undisclosed")), "complaint: ");
    let old = "From: <staff@hotmail.com>\nSubject: complaint about message from 192.0.2.7\nContent-Type: multipart/mixed; \
               boundary=b\n\n--b\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: ada@example.net\nFrom: \
               letter@example.org\n\ntext\n--b--\n";
    assert_eq!(told(old), "complaint: ada@example.net");
}

#[test]
fn notifications_of_amazon_ses_are_read() {
    let mailed =
        |json: &str| format!("From: no-reply@sns.amazonaws.com\nSubject: AWS Notification Message\n\n{json}\n");
    let bounce = r#"{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"ada@example.net",
        "status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]}}"#;
    assert_eq!(told(&mailed(bounce)), "no-such-user 5.1.1 ada@example.net");
    let complaint = r#"{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":
        "ada@example.net"}],"complaintFeedbackType":"abuse"}}"#;
    assert_eq!(told(&mailed(complaint)), "complaint: ada@example.net");
}
