//! Tests greeting, TLS and AUTH: the trusted servers, and the bytes sent in clear.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use newsletter::secret::Secret;
use newsletter::smtp::{
    Connection, Content, ConversationLog, Credentials, FinalReply, GoAhead, Mechanism, OpenError, Server, Tls,
};

use super::{MESSAGE, conversation, deliver, server_at, to, trusting};
use crate::support::{Auth, Certificate, RawServer, Script, ServerTls, SmtpServer};

const PASSWORD: &str = "correct horse battery";

#[test]
fn plaintext_goes_to_this_machine_only() {
    let error = Connection::open(&Server::new("192.0.2.1", 25, Tls::None)).unwrap_err();
    assert_eq!(
        (error.to_string(), error.is_temporary()),
        (
            String::from(
                "`192.0.2.1:25` is not safe to use: it is not on this machine, and the connection would not be encrypted"
            ),
            false
        )
    );
    assert_eq!(error.help(), Some("use `tls = \"implicit\"` (port 465) or `tls = \"starttls\"` (port 587)"));
}

#[test]
fn mail_travels_inside_tls() {
    for (tls, script, expected) in [
        (
            Tls::Implicit,
            ServerTls::Implicit(Certificate::Good),
            "(TLS)\nEHLO client.example.org\nMAIL FROM:<letter@example.org> SIZE=43\n",
        ),
        (
            Tls::StartTls,
            ServerTls::StartTls(Certificate::Good),
            "EHLO client.example.org\nSTARTTLS\n(TLS)\nEHLO client.example.org\nMAIL FROM:<letter@example.org> SIZE=43\n",
        ),
    ] {
        let smtp = SmtpServer::start(Script::default().tls(script).hold_verdicts());
        let mut connection = Connection::open(&trusting(&smtp, tls)).unwrap();
        connection.begin(&to("a@example.org")).unwrap();
        assert_eq!(connection.await_go_ahead(), Ok(GoAhead::Ready));
        connection.finish(&Content::from(MESSAGE), Some(&to("b@example.org"))).unwrap();
        assert!(matches!(connection.await_final_reply(), Ok(FinalReply::Accepted(_))));
        drop(connection);
        let log = conversation(&smtp);
        assert!(log.starts_with(expected), "{log}");
        assert_eq!(smtp.accepted()[0].bytes, MESSAGE);
    }
}

#[test]
fn a_server_that_changes_its_keys_is_followed() {
    let smtp = SmtpServer::start(Script::default().tls(ServerTls::Implicit(Certificate::Good)));
    let mut connection = Connection::open(&trusting(&smtp, Tls::Implicit)).unwrap();
    let recipients = ["rekey-rcpt@example.org", "a@example.org", "rekey-dot@example.org", "b@example.org"];
    assert_eq!(deliver(&mut connection, &recipients), ["accepted: 250 2.0.0 queued"; 4]);
}

#[test]
fn a_bad_certificate_is_named_and_nothing_is_said() {
    let authority =
        "if the server is yours, set `ca_file` to the certificate of its authority; verification cannot be turned off";
    let clock = "renew the server's certificate, or correct the clock of this machine";
    let unknown = "its certificate is self-signed or issued by an authority this machine does not trust";
    for (certificate, ca_file, reason, help) in [
        (Certificate::Good, None, unknown, authority),
        (Certificate::SelfSigned, Some(Certificate::authority()), unknown, authority),
        (Certificate::Expired, Some(Certificate::authority()), "its certificate expired on 2021-02-03", clock),
        (
            Certificate::WrongName,
            Some(Certificate::authority()),
            "its certificate is for `mail.example.org`, `smtp.example.org`, not for `localhost`",
            "set `host` to a name in the certificate",
        ),
        (
            Certificate::AuthoritysOwn,
            Some(Certificate::AuthoritysOwn.file()),
            "its certificate belongs to an authority, not to a server",
            "create a server certificate with `-addext basicConstraints=critical,CA:FALSE`",
        ),
    ] {
        for (tls, script) in
            [(Tls::Implicit, ServerTls::Implicit(certificate)), (Tls::StartTls, ServerTls::StartTls(certificate))]
        {
            let smtp = SmtpServer::start(Script::default().tls(script).auth(AUTH));
            let server = Server { ca_file: ca_file.clone(), credentials: Some(ada(None)), ..trusting(&smtp, tls) };
            let error = Connection::open(&server).unwrap_err();
            assert_eq!(error.to_string(), format!("TLS failed with `{server}`: {reason}"));
            assert_eq!(error.help(), Some(help));
            assert!(!error.is_temporary());
            assert!(!conversation(&smtp).contains("AUTH"));
        }
    }
}

#[test]
fn a_ca_file_without_certificates_is_named() {
    let smtp = SmtpServer::start(Script::default().tls(ServerTls::Implicit(Certificate::Good)));
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let reason = |ca_file: PathBuf| {
        let server = Server { ca_file: Some(ca_file), ..trusting(&smtp, Tls::Implicit) };
        let text = Connection::open(&server).unwrap_err().to_string();
        text.replace(&folder.path().display().to_string(), "[TMP]").replace(&server.to_string(), "[SERVER]")
    };
    assert_eq!(
        reason(empty),
        "TLS failed with `[SERVER]`: the authorities in `[TMP]/empty.pem`: it contains no certificate"
    );
    assert_eq!(
        reason(folder.path().join("none.pem")),
        "TLS failed with `[SERVER]`: the authorities in `[TMP]/none.pem`: No such file or directory (os error 2)"
    );
}

#[test]
fn a_port_without_tls_is_told_from_one_with_it() {
    let smtp = SmtpServer::start(Script::default());
    let error = Connection::open(&trusting(&smtp, Tls::Implicit)).unwrap_err();
    assert_eq!(error.to_string(), format!("TLS failed with `localhost:{}`: its reply is not TLS", smtp.port()));
    assert_eq!(
        error.help(),
        Some(
            "a port for STARTTLS, usually 587, needs `tls = \"starttls\"`; one for implicit TLS, usually 465, needs `tls = \"implicit\"`"
        )
    );
}

#[test]
fn starttls_is_required_where_it_is_configured() {
    let smtp = SmtpServer::start(Script::default().auth(AUTH));
    let server = Server { credentials: Some(ada(None)), ..trusting(&smtp, Tls::StartTls) };
    let error = Connection::open(&server).unwrap_err();
    assert_eq!(error.to_string(), format!("`{server}` is not safe to use: it does not offer STARTTLS"));
    assert_eq!(conversation(&smtp), "EHLO client.example.org\n(closed)");
}

#[test]
fn plaintext_smuggled_in_before_tls_is_refused() {
    for injection in ["250 2.0.0 injected\r\n", "250-half a reply", "x"] {
        let script = Script::default().tls(ServerTls::StartTls(Certificate::Good)).injection(injection);
        let smtp = SmtpServer::start(script);
        let server = trusting(&smtp, Tls::StartTls);
        let error = Connection::open(&server).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "`{server}` is not safe to use: unexpected data before TLS; the connection may have been tampered with"
            )
        );
        assert_eq!(conversation(&smtp), "EHLO client.example.org\nSTARTTLS\n(closed)");
    }
}

const AUTH: Auth = Auth { mechanisms: "PLAIN LOGIN XOAUTH2", user: "ada", password: PASSWORD, answer: None };

fn ada(mechanism: Option<Mechanism>) -> Credentials {
    Credentials { user: String::from("ada"), password: Secret::new(PASSWORD), mechanism }
}

#[test]
fn each_mechanism_lets_the_right_password_in() {
    for (mechanism, offer) in [
        (None, "PLAIN LOGIN"),
        (None, "LOGIN"),
        (Some(Mechanism::Login), "PLAIN LOGIN"),
        (Some(Mechanism::XOAuth2), "PLAIN XOAUTH2"),
    ] {
        let script = Script::default().tls(ServerTls::StartTls(Certificate::Good));
        let smtp = SmtpServer::start(script.auth(Auth { mechanisms: offer, ..AUTH }));
        let server = Server { credentials: Some(ada(mechanism)), ..trusting(&smtp, Tls::StartTls) };
        let mut connection = Connection::open(&server).unwrap();
        assert_eq!(deliver(&mut connection, &["a@example.org"]), ["accepted: 250 2.0.0 queued"]);
        let clear: Vec<_> = smtp.commands()[0].iter().take_while(|line| *line != "(TLS)").cloned().collect();
        assert_eq!(clear, ["EHLO client.example.org", "STARTTLS"]);
    }
}

#[test]
fn plain_is_said_again_to_a_server_that_asks_for_it_and_login_where_plain_is_only_offered() {
    let asks = ["334", "334 ", "334 VXNlcm5hbWU6", "334 go ahead"].map(|ask| Script::default().asks_again(ask));
    let refuses = [
        "504 5.5.4 unrecognized authentication type",
        "504 5.7.4 unrecognized authentication type",
        "534 5.7.9 mechanism is too weak",
        "535 5.7.4 mechanism not supported",
        "535 5.7.0 PLAIN is not supported here",
        "502 5.5.1 not implemented",
    ];
    let refuses = refuses.map(|line| Script::default().refuses_plain(line));
    for script in asks.into_iter().chain(refuses) {
        for tls in [ServerTls::StartTls(Certificate::Good), ServerTls::Implicit(Certificate::Good)] {
            let how = if matches!(tls, ServerTls::Implicit(_)) { Tls::Implicit } else { Tls::StartTls };
            let smtp = SmtpServer::start(script.clone().tls(tls).auth(AUTH));
            let server = Server { credentials: Some(ada(None)), ..trusting(&smtp, how) };
            let mut connection = Connection::open(&server).unwrap();
            assert_eq!(deliver(&mut connection, &["a@example.org"]), ["accepted: 250 2.0.0 queued"]);
            let clear: Vec<_> = smtp.commands()[0].iter().take_while(|line| *line != "(TLS)").cloned().collect();
            assert!(!clear.iter().any(|line| line.starts_with("AUTH")), "{clear:?}");
        }
    }
}

#[test]
fn a_password_is_not_said_twice_when_it_is_the_password_that_is_refused() {
    for line in ["535 5.7.8 wrong user or password", "535 5.7.3 Authentication unsuccessful", "454 4.7.0 not now"] {
        let smtp = SmtpServer::start(Script::default().auth(AUTH).refuses_plain(line));
        let error = Connection::open(&Server { credentials: Some(ada(None)), ..server_at(smtp.port()) }).unwrap_err();
        assert!(error.to_string().ends_with(line), "{error}");
        assert_eq!(smtp.commands()[0].iter().filter(|line| line.starts_with("AUTH")).count(), 1);
    }
}

/// A token as Google's, what XOAUTH2 makes of it, and that as a part of other things.
const TOKEN: &str = "ya29.a0AfH6SMBx7-abcdefghijklmnopqrstuvwxyz_0123456789";

#[test]
fn nothing_of_a_token_that_the_server_repeats_is_logged_or_shown_however_it_is_cut() {
    let bearer = data_encoding::BASE64.encode(format!("user=ada\x01auth=Bearer {TOKEN}\x01\x01").as_bytes());
    let json = data_encoding::BASE64.encode(format!("{{\"token\":\"{TOKEN}\"}}").as_bytes());
    for (answers, rest) in [
        (format!("535 5.7.8 {bearer}\r\n"), ""),
        (format!("535 5.7.8 no: {TOKEN}\r\n"), ""),
        (format!("535-5.7.8 AUTH XOAUTH2 {}\r\n535 5.7.8 {}\r\n", &bearer[..50], &bearer[50..]), ""),
        (format!("535 5.7.8 unreadable: {}...\r\n", &bearer[..60]), ""),
        (format!("334 {json}\r\n"), "535 5.7.8 no\r\n"),
        (format!("AUTH XOAUTH2 {bearer}\r\n"), ""),
        ("235 2.7.0 in\r\n".to_owned(), &format!("550 5.1.0 {bearer} may not send\r\n")),
        ("235 2.7.0 in\r\n".to_owned(), &format!("421 4.3.0 {} may not send\r\n", &bearer[40..])),
        ("235 2.7.0 in\r\n".to_owned(), &format!("{json}\r\n")),
    ] {
        let rest = rest.to_owned();
        let server = RawServer::start(move |_, talk| {
            talk.open(&["AUTH XOAUTH2"]);
            talk.line();
            talk.say(&answers);
            talk.line();
            talk.say(&rest);
            talk.part();
        });
        let said = Arc::new(Mutex::new(String::new()));
        let log = ConversationLog::new({
            let said = Arc::clone(&said);
            move |line| said.lock().unwrap().extend([line.to_string(), String::from("\n")])
        });
        let credentials = Credentials { password: Secret::new(TOKEN), ..ada(Some(Mechanism::XOAuth2)) };
        let server = Server { credentials: Some(credentials), log, ..server_at(server.port) };
        let shown = match Connection::open(&server) {
            Ok(mut connection) => deliver(&mut connection, &["a@example.org"]).join("\n"),
            Err(error) => format!("{error} {error:?}"),
        };
        let all = said.lock().unwrap().clone() + &shown;
        assert!(all.contains("a line that repeats the password"), "{all}");
        for form in [TOKEN, &bearer, &json] {
            assert!(form.as_bytes().windows(10).all(|part| !all.contains(std::str::from_utf8(part).unwrap())), "{all}");
        }
    }
}

/// What an attempt with these credentials says, and everything that was logged meanwhile.
fn refused_entry(auth: Auth, credentials: Credentials) -> (OpenError, String) {
    let smtp = SmtpServer::start(Script::default().auth(auth));
    let said = Arc::new(Mutex::new(String::new()));
    let log = ConversationLog::new({
        let said = Arc::clone(&said);
        move |line| said.lock().unwrap().extend([line.to_string(), String::from("\n")])
    });
    let error =
        Connection::open(&Server { credentials: Some(credentials), log, ..server_at(smtp.port()) }).unwrap_err();
    let said = said.lock().unwrap().clone();
    (error, said)
}

#[test]
fn a_wrong_password_is_refused_in_the_servers_words() {
    let wrong = |mechanism| Credentials { password: Secret::new("hunter2"), ..ada(mechanism) };
    for mechanism in [None, Some(Mechanism::Login), Some(Mechanism::XOAuth2)] {
        let (error, log) = refused_entry(AUTH, wrong(mechanism));
        let text = error.to_string();
        assert!(text.ends_with("` rejected the login of `ada`: 535 5.7.8 wrong user or password"), "{text}");
        assert!(!error.is_temporary());
        for form in ["hunter2", "aHVudGVyMg", "AGFkYQBodW50ZXIy"] {
            assert!(!format!("{error:?}{log}").contains(form), "{log}");
        }
    }
}

#[test]
fn the_log_shows_the_conversation_without_the_password() {
    let repeats = Auth { answer: Some("535 5.7.8 your password `correct horse battery` is wrong"), ..AUTH };
    let (error, log) = refused_entry(repeats, ada(None));
    assert_eq!(
        log,
        "< 220 localhost ESMTP scripted\n\
         > EHLO client.example.org\n\
         < 250 localhost\n\
         < 250 ENHANCEDSTATUSCODES\n\
         < 250 PIPELINING\n\
         < 250 SIZE 0\n\
         < 250 AUTH PLAIN LOGIN XOAUTH2\n\
         > AUTH PLAIN ***\n\
         < 535 5.7.8 (a line that repeats the password)\n"
    );
    assert!(error.to_string().ends_with("`ada`: 535 5.7.8 (a line that repeats the password)"), "{error}");
    assert!(!format!("{error:?}").contains("horse"));
}

#[test]
fn a_server_too_busy_to_authenticate_is_a_temporary_failure() {
    let busy = Auth { answer: Some("454 4.7.0 come back later"), ..AUTH };
    let (error, _) = refused_entry(busy, ada(None));
    assert!(error.to_string().ends_with("`ada`: 454 4.7.0 come back later"), "{error}");
    assert!(error.is_temporary());
}

#[test]
fn a_server_without_a_mechanism_of_ours_is_told_what_is_missing() {
    let (error, log) = refused_entry(Auth { mechanisms: "CRAM-MD5 XOAUTH2", ..AUTH }, ada(None));
    assert!(error.to_string().ends_with("`ada`: it offers CRAM-MD5 XOAUTH2, not PLAIN or LOGIN"), "{error}");
    assert!(!error.is_temporary());
    assert!(!log.contains("> AUTH"));
}
