//! Tests real replies, grouped by meaning. Replies with a named source were looked up; the others
//! imitate them.

use super::reason::{RefusalReason, refusal_reason};
use super::sender_problem::SenderProblem;
use crate::ledger::Reply;
use crate::smtp::EnhancedCode;
use crate::smtp::Phase;

/// The reply `line`, as the client reads it.
pub(super) fn reply(line: &str) -> Reply {
    let (code, rest) = line.split_once(' ').unwrap();
    let enhanced = rest.split_once(' ').and_then(|(first, text)| {
        let numbers: Vec<u16> = first.split('.').map_while(|number| number.parse().ok()).collect();
        let &[class, subject, detail] = numbers.as_slice() else { return None };
        Some((EnhancedCode { class: u8::try_from(class).unwrap(), subject, detail }, text))
    });
    let text = enhanced.map_or(rest, |(_, text)| text).to_owned();
    Reply { code: code.parse().unwrap(), enhanced: enhanced.map(|(code, _)| code), text }
}

/// Asserts that each of the `lines` is read as `expected`, as a reply to RCPT.
fn all(expected: RefusalReason, lines: &[&str]) {
    let wrong: Vec<_> = lines
        .iter()
        .map(|line| (refusal_reason(Phase::Rcpt, &reply(line)), line))
        .filter(|(found, _)| *found != expected)
        .map(|(found, line)| format!("{found:?}: {line}"))
        .collect();
    assert!(wrong.is_empty(), "not {expected:?}:\n{}", wrong.join("\n"));
}

#[test]
fn a_limit_of_ours_is_one_whatever_the_code_and_the_language() {
    all(
        RefusalReason::SendingLimit,
        &[
            // Gmail and Google Workspace.
            "550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to https://support.google.com/a/answer/166852",
            "550 5.4.5 Daily SMTP relay sending limit exceeded for customer.",
            // Outlook.com and Exchange Online.
            "554 5.1.90 Message can't be submitted: you've reached your daily limit for message recipients",
            "550 5.7.233 Message can't be submitted because the tenant exceeded its daily limit for sending email to external recipients",
            "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; the user has exceeded the submission quota",
            // Yahoo, AOL.
            "554 You have exceeded your messaging limits. Please try again later",
            "550 5.7.1 user has exceeded its 24-hour sending limit. Messages to 501 recipients out of 500 allowed have been sent",
            // QQ, 163, 126.
            "550 Connection frequency limited http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000722",
            "550 Ip frequency limited",
            "550 Domain frequency limited",
            "550 Mail rate limit exceeded",
            "554 MI:SPB 163 smtp11 too many messages, please try again later",
            "550 发信频率超过限制",
            "550 超过每日发信量上限",
            // Yandex, Mail.ru.
            "554 5.7.0 Превышен суточный лимит писем",
            "550 5.7.1 Daily limit for outgoing messages has been exceeded",
            "550 too many recipients today",
            "550 Лимит отправки исчерпан",
            // GMX, web.de, Ionos, Strato.
            "554 5.7.0 Your message could not be sent. The limit on the number of allowed outgoing messages was exceeded. Try again later.",
            "550 Das Limit für ausgehende Nachrichten ist überschritten",
            "550 Limite de messages sortants atteinte",
            "554 5.7.1 Se ha superado el máximo de correos salientes",
            "550 Limite de mensagens enviadas excedido",
            "550 Limite messaggi in uscita superato",
            "550 Przekroczono limit wiadomości wychodzących",
            "550 外发邮件数量超过限制",
            "550 Tageslimit für gesendete Nachrichten erreicht",
            "554 Sie haben Ihr Versandlimit überschritten",
            "550 5.7.1 Zu viele E-Mails in den letzten Stunden versandt",
            // Orange, Free, OVH.
            "550 5.7.1 Quota d'envoi dépassé, réessayez plus tard",
            "550 limite quotidienne d'envoi de messages atteinte",
            "550 5.7.1 You have exceeded the hourly limit of messages for this account",
            // cPanel's Exim.
            "550 Domain example.org has exceeded the max emails per hour (100/100 (100%)) allowed. Message discarded.",
            "550 Domain example.org has exceeded the max defers and failures per hour (5/5 (71%)) allowed.",
            // SES, SendGrid, Mailgun, Postmark, Zoho.
            "554 Throttling failure: Daily message quota exceeded.",
            "550 Maximum credits exceeded",
            "550 5.4.6 Unusual sending activity detected. Please try after sometime",
            "550 5.7.1 Message rate exceeded, slow down",
            "550 sending quota exceeded",
            // Postfix and its policy daemons, Haraka, Exim.
            "554 5.7.1 Rate limit exceeded for sender ada@example.org",
            "550 5.7.1 <ada@example.net>: Recipient address rejected: Sender quota: message quota exceeded",
            "550 5.1.1 daily sending limit exceeded",
            "550 5.5.3 Too many recipients",
            "421 4.7.0 Hourly sending limit exceeded",
            "454 Throttling failure: Daily message quota exceeded.",
            "450 4.7.1 You have sent too many messages today",
            // Spanish, Portuguese, Italian, Dutch, Swedish, Polish, Turkish, Japanese, Korean.
            "550 Ha superado el límite diario de envío de mensajes",
            "550 Limite diário de envio excedido",
            "550 Superato il limite giornaliero di invio",
            "550 Daglimiet voor verzenden overschreden",
            "550 Daglig gräns för utskick överskriden: för många meddelanden",
            "550 Przekroczono dzienny limit wysyłania wiadomości",
            "550 Günlük gönderim limiti aşıldı",
            "550 1日の送信上限を超過しました",
            "550 일일 발송 한도를 초과했습니다",
        ],
    );
}

#[test]
fn replies_about_the_sender_refuse_no_subscriber() {
    all(
        RefusalReason::Sender(SenderProblem::Relay),
        &[
            "550 relay not permitted",
            "554 5.7.1 <ada@example.net>: Relay access denied",
            "550 5.7.1 Unable to relay for ada@example.net",
            "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
            "550 5.7.64 TenantAttribution; Relay Access Denied",
            "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
            "551 5.7.1 we do not relay",
            "550 5.7.1 Relaying denied. Proper authentication required.",
            "553 Sender is not allowed to relay emails",
            "550 5.1.1 relaying not allowed",
            "550 Relay verweigert: kein Relay für diese Domain",
        ],
    );
    all(
        RefusalReason::Sender(SenderProblem::Login),
        &[
            "550 authentication required",
            "530 5.7.0 Authentication Required. Learn more at https://support.google.com/mail/?p=WantAuthError",
            "530 5.7.57 Client not authenticated to send mail.",
            "550 5.7.1 not authenticated",
            "553 5.7.1 <ada@example.org>: Sender address rejected: not logged in",
            "503 5.5.4 Error: send AUTH command first",
            "554 5.7.1 Please authenticate before sending",
            "550 SMTP AUTH is required for message submission on port 587",
            "554 Authentifizierung erforderlich",
            "550 authentification requise",
            "550 Se requiere autenticación",
            "550 Требуется авторизация",
            "550 需要认证",
        ],
    );
    all(
        RefusalReason::Sender(SenderProblem::Address),
        &[
            "553 5.7.1 <ada@example.org>: Sender address rejected: not owned by user ada",
            "553 5.7.1 Sender address rejected: not owned by auth user.",
            "501 mail from address must be same as authorization user.",
            "553 Mail from must equal authorized user",
            "550 not local sender over smtp",
            "550 Sender address is not allowed.",
            "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
            "554 5.2.252 SendAsDenied; ada@example.org not allowed to send as letter@example.org",
            "550 The from address does not match a verified Sender Identity.",
            "550 Sender verify failed",
            "553 5.1.8 Domain of sender address does not exist",
            "501 5.1.7 Bad sender address syntax",
            "550 Absender nicht zugelassen",
        ],
    );
    all(
        RefusalReason::Sender(SenderProblem::Account),
        &[
            "554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: ada@example.org",
            "550 User has no permission",
            "554 5.1.8 Email Outgoing Blocked",
            "550 5.1.8 Access denied, bad outbound sender",
            "554 Your account has been suspended",
            "550 5.7.1 Sandbox subdomains are for test purposes only. Please add your own domain",
        ],
    );
    all(
        RefusalReason::Sender(SenderProblem::Encryption),
        &[
            "530 5.7.0 Must issue a STARTTLS command first",
            "538 5.7.11 Encryption required for requested authentication mechanism",
            "550 5.7.10 Encryption needed: TLS required",
            "554 5.7.1 Session encryption is required",
            "550 Verschlüsselte Verbindung erforderlich",
            "550 connexion chiffrée requise",
            "550 se requiere conexión cifrada",
            "550 需要加密连接",
        ],
    );
    all(
        RefusalReason::Sender(SenderProblem::Reputation),
        &[
            "554 5.7.1 Client host rejected: Access denied",
            "554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: cannot find your hostname, [192.0.2.1]",
            "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
            "550 5.1.1 Your IP is blocked using Spamhaus",
            "550 5.7.606 Access denied, banned sending IP [192.0.2.1]",
            "550 5.7.1 Your host is listed at bl.example.org",
            "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname",
            "550 5.7.1 Ihre IP-Adresse ist gesperrt",
        ],
    );
}

#[test]
fn a_limit_of_the_subscriber_s_mailbox_is_theirs() {
    all(
        RefusalReason::Busy,
        &[
            "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.",
            "550 5.2.1 The user you are trying to contact is receiving mail too quickly.",
            "550 5.2.121 Recipient's per hour message receive limit from specific sender exceeded",
            "554 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour.",
            "550 5.7.1 Recipient address rejected: User temporary locked. Please try again later!",
            "550 5.2.1 mailbox busy",
            // A quota of unknown ownership.
            "550 Quota exceeded",
        ],
    );
    all(
        RefusalReason::MailboxFull,
        &[
            "552 5.2.2 <ada@example.net>: user is over quota",
            "552 5.2.2 The email account that you tried to reach is over quota and inactive.",
            "552 sorry, mailbox ada@example.net is over quota temporarily (#5.1.1)",
            "550 5.1.1 Mailbox full",
            "550 5.7.1 Mailbox quota exceeded",
            "522 5.2.2 recipient's inbox is out of storage",
            "552 Error: disk quota exceeded",
            "550 Postfach voll",
            "550 boîte pleine",
            "550 buzón lleno",
            "550 Почтовый ящик переполнен",
            "550 邮箱已满",
            "550 mailbox size limit exceeded",
            "552 quota exceeded",
        ],
    );
}

#[test]
fn only_a_mailbox_that_is_said_to_be_unknown_and_nothing_else_is_dead() {
    all(
        RefusalReason::UnknownMailbox,
        &[
            "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces. Learn more at https://support.google.com/mail/?p=NoSuchUser",
            "550 5.2.1 The email account that you tried to reach is disabled.",
            "550 5.1.1 <ada@example.net>: Recipient address rejected: User unknown in virtual mailbox table",
            "550 No such user here",
            "550 Unknown user",
            "554 delivery error: dd This user doesn't have a yahoo.com account",
            "511 sorry, no mailbox here by that name (#5.1.1)",
            "550 5.1.6 recipient no longer on server",
            "550 Requested action not taken: mailbox does not exist",
            "550 Empfänger unbekannt",
            "550 Utilisateur inconnu",
            "550 Пользователь не найден",
            "550 用户不存在",
        ],
    );
    all(
        RefusalReason::UnknownDomain,
        &["550 5.1.2 Host unknown", "556 5.1.10 null MX", "550 Host or domain name not found", "550 No such domain"],
    );
    // The code means a dead mailbox, the text something else.
    all(
        RefusalReason::Policy,
        &[
            "550 5.2.1 Message rejected: suspected spam",
            "550 5.1.1 rejected by local policy",
            "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed",
            "550 5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.",
            "550 5.7.515 Access denied, sending domain example.org doesn't meet the required authentication level.",
            "550 5.4.1 Recipient address rejected: Access denied",
            "550 5.7.1 no such user",
            "550 5.5.0 Le compte du destinataire est bloque. The recipient account is blocked.",
        ],
    );
    all(
        RefusalReason::Other,
        &[
            "550 5.1.1 temporary failure, try again later",
            "550 5.1.1 user lookup timed out",
            "550 Requested action not taken: mailbox unavailable",
            "550 5.0.0 failed",
            "550 no",
        ],
    );
    all(
        RefusalReason::ConnectionLimit,
        &["550 5.7.0 too many messages in this connection", "554 Too many messages this session; reconnect"],
    );
    all(
        RefusalReason::Content,
        &["552 5.3.4 Message size exceeds fixed limit", "550 message too large", "554 5.6.0 bad MIME"],
    );
}

#[test]
fn addresses_and_links_prove_nothing() {
    all(
        RefusalReason::Other,
        &[
            "550 <daily-sending-limit@example.org> no",
            "550 see https://example.org/spam/blocked/relay-denied no",
            "550 not-authenticated@example.org: no",
        ],
    );
}
