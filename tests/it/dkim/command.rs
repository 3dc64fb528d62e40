//! `newsletter dkim`, from the key to the verified message.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use newsletter::message::dkim::{Algorithm, DkimKey, KeyRecord};
use snapbox::{assert_data_eq, str};

use super::dkimpy;
use crate::support::{NameServer, Output, Project};

/// What was said.
fn told(output: &Output) -> String {
    format!("{}{}exit {}\n", output.stdout, output.stderr, output.code)
}

/// A newsletter with a new key for the selector `nl2026`, and the key's record.
fn keyed(arguments: &[&str]) -> (Project, String) {
    let project = Project::new();
    let made = project.run(["dkim", "keygen", "--selector", "nl2026", "--json"].iter().chain(arguments));
    assert_eq!(made.code, 0, "{made:?}");
    let made: serde_json::Value = serde_json::from_str(&made.stdout).unwrap();
    let project = project.config("[dkim]\nselector = \"nl2026\"\nkey = { file = \".newsletter/dkim-nl2026.pem\" }\n");
    (project, made["value"].as_str().unwrap().to_owned())
}

/// The message of issue 1, signed.
fn signed(project: &Project) -> String {
    let output = project.run(["render", "1", "--eml", "-o", "signed.txt"]);
    assert_eq!(output.code, 0, "{output:?}");
    project.read("signed.txt")
}

#[test]
#[ignore = "needs dkimpy; ./check runs it"]
fn a_key_is_made_for_its_owner_only_and_what_it_says_can_be_pasted() {
    let project = Project::new();
    let made = project.run(["dkim", "keygen", "--ed25519", "--selector", "NL2026"]);
    let path = project.path(".newsletter/dkim-nl2026.pem");
    let mode_of = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode_of(&path), mode_of(path.parent().unwrap())), (0o600, 0o700));
    let record = DkimKey::from_pem(&fs::read(&path).unwrap()).unwrap().record().unwrap();
    assert_data_eq!(
        told(&made).replace(record.split_once("p=").unwrap().1, "[KEY]"),
        str![[r#"
[dkim]
selector = "nl2026"
key      = { file = ".newsletter/dkim-nl2026.pem" }

name   nl2026._domainkey.example.org
type   TXT
value  v=DKIM1; k=ed25519; p=[KEY]

nl2026._domainkey.example.org. IN TXT (
    "v=DKIM1; k=ed25519; p=[KEY]" )
The key is in .newsletter/dkim-nl2026.pem: keep it safe and out of git.
Publish the record, add the table to newsletter.toml, then run: newsletter doctor
exit 0

"#]]
    );
    let table = made.stdout.split_once("\n\n").unwrap().0.to_owned();
    let project = project.config(&table);
    assert_eq!(dkimpy(signed(&project).as_bytes(), &record), "good");
}

#[test]
fn a_key_is_never_written_over() {
    let (project, _) = keyed(&[]);
    let before = project.read(".newsletter/dkim-nl2026.pem");
    assert_data_eq!(
        told(&project.run(["dkim", "keygen", "--selector", "nl2026"])),
        str![[r#"
error: `.newsletter/dkim-nl2026.pem` already exists; keys are never overwritten
hint: `newsletter dkim keygen --selector NAME` creates another key beside it
exit 6

"#]]
    );
    assert_eq!(project.read(".newsletter/dkim-nl2026.pem"), before);
    assert_eq!(fs::read_dir(project.path(".newsletter")).unwrap().count(), 1, "no draft is left behind");
}

#[test]
fn without_a_name_a_key_is_called_after_the_year() {
    let project = Project::new();
    project.run(["dkim", "keygen"]);
    let made = fs::read_dir(project.path(".newsletter")).unwrap().next().unwrap().unwrap().file_name();
    let made = made.to_str().unwrap();
    let year = made.strip_prefix("dkim-nl").unwrap().strip_suffix(".pem").unwrap();
    assert!(year.len() == 4 && year.starts_with("20"), "{made}");
}

#[test]
fn a_selector_that_is_no_name_makes_no_key() {
    let project = Project::new();
    let output = project.run(["dkim", "keygen", "--selector", "../x"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("`../x` is not a selector; write letters"), "{}", output.stderr);
}

#[test]
fn the_record_is_shown_for_forms_and_for_zone_files() {
    let (project, record) = keyed(&[]);
    assert_eq!(record.len(), 410, "an RSA key does not fit into one string");
    let shown = project.run(["dkim", "dns"]);
    let (first, second) = record.split_at(255);
    assert_data_eq!(
        told(&shown).replace(&record, "[RECORD]").replace(first, "[FIRST]").replace(second, "[SECOND]"),
        str![[r#"
name   nl2026._domainkey.example.org
type   TXT
value  [RECORD]

nl2026._domainkey.example.org. IN TXT (
    "[FIRST]"
    "[SECOND]" )
exit 0

"#]]
    );
    let json: serde_json::Value = serde_json::from_str(&project.run(["dkim", "dns", "--json"]).stdout).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "name": "nl2026._domainkey.example.org", "type": "TXT", "value": record, "strings": [first, second]
        })
    );
}

#[test]
fn without_a_table_there_is_no_record_to_show() {
    assert_data_eq!(
        told(&Project::new().run(["dkim", "dns"])),
        str![[r#"
error: there is no `[dkim]` table in `newsletter.toml`
hint: `newsletter dkim keygen` creates a key and shows the table
exit 3

"#]]
    );
}

#[test]
fn a_zone_file_with_the_record_is_one_dns_servers_read() {
    let (project, record) = keyed(&[]);
    let shown = project.run(["dkim", "dns"]).stdout;
    let zone = shown.split_once("\n\n").unwrap().1;
    let strings: String = zone.split('"').skip(1).step_by(2).collect();
    assert_eq!(KeyRecord::parse(&strings), KeyRecord::parse(&record));
    assert!(zone.split('"').all(|string| string.len() <= 255));
}

#[test]
#[ignore = "needs dnsmasq; ./check runs it"]
fn our_messages_verify_with_the_record_in_dns() {
    for kind in [&[][..], &["--ed25519"]] {
        let (project, record) = keyed(kind);
        let server = NameServer::start([("nl2026._domainkey.example.org", record.as_str())]);
        let resolver = server.address.to_string();
        signed(&project);
        let verified = project.run(["dkim", "verify", "signed.txt", "--resolver", &resolver]);
        let tag = if kind.is_empty() { "rsa-sha256" } else { "ed25519-sha256" };
        assert_eq!(told(&verified), format!("good     {tag} by nl2026._domainkey.example.org\nexit 0\n"));
    }
}

#[test]
fn the_fault_of_a_signature_is_named() {
    let (project, record) = keyed(&[]);
    let message = signed(&project);
    let verify = |message: &str, record: &str| {
        project.write("signed.txt", message);
        told(&project.run(["dkim", "verify", "signed.txt", "--record", record]))
    };
    let (_, other) = keyed(&[]);
    let said = [
        verify(&message, &record),
        verify(&message.replace("\r\n", "\n"), &record),
        verify(&message.replace("On clocks", "On clouds"), &record),
        verify(&message.replace("Subject: ", "Subject: Re: "), &record),
        verify(&message, "v=DKIM1; p="),
        verify(&message, &other),
        verify(&message.replace("a=rsa-sha256", "a=rsa-sha1"), &record),
        verify(message.split_once("\r\nDate: ").unwrap().1, &record),
    ];
    assert_data_eq!(
        said.join("---\n"),
        str![[r#"
good     rsa-sha256 by nl2026._domainkey.example.org
exit 0
---
good     rsa-sha256 by nl2026._domainkey.example.org
exit 0
---
bad      rsa-sha256 by nl2026._domainkey.example.org: the body was changed after it was signed
exit 3
---
bad      rsa-sha256 by nl2026._domainkey.example.org: a signed header was changed, or the key is not the published one
exit 3
---
bad      rsa-sha256 by nl2026._domainkey.example.org: the key is revoked: its `p=` is empty
exit 3
---
bad      rsa-sha256 by nl2026._domainkey.example.org: a signed header was changed, or the key is not the published one
exit 3
---
bad      a signature: `rsa-sha1` must not be trusted (RFC 8301)
exit 3
---
error: `signed.txt` has no DKIM signature
exit 3

"#]]
    );
}

#[test]
#[ignore = "needs dnsmasq; ./check runs it"]
fn no_record_and_no_answer_are_two_things() {
    let (project, _) = keyed(&["--ed25519"]);
    signed(&project);
    let server = NameServer::start([]);
    let verify = |resolver: &str, json: &[&str]| {
        told(&project.run(["dkim", "verify", "signed.txt", "--resolver", resolver].iter().chain(json)))
    };
    let there = server.address.to_string();
    let said = verify(&there, &[]) + &verify(&there, &["--json"]);
    drop(server);
    let said = said + &verify(&there, &[]);
    assert_data_eq!(
        said,
        str![[r#"
bad      ed25519-sha256 by nl2026._domainkey.example.org: no public key is published
exit 3
[
  {
    "algorithm": "ed25519-sha256",
    "domain": "example.org",
    "reason": "no public key is published",
    "selector": "nl2026",
    "verdict": "bad"
  }
]
exit 3
unknown  ed25519-sha256 by nl2026._domainkey.example.org: no name server responded
exit 1

"#]]
    );
}

/// Signs a message with dkimpy: header form, body form, algorithm; key and message from files.
const SIGN_WITH_DKIMPY: &str = r"
import base64, dkim, sys
forms, algorithm, key, message = sys.argv[1:]
pem = open(key, 'rb').read()
if algorithm == 'ed25519-sha256':
    # The seed is the end of the PKCS#8 structure, and dkimpy wants it in base64.
    pem = base64.b64encode(base64.b64decode(b''.join(pem.splitlines()[1:-1]))[-32:])
forms = tuple(form.encode() for form in forms.split('/'))
signature = dkim.sign(open(message, 'rb').read(), b'nl2026', b'example.org', pem, canonicalize=forms,
                      signature_algorithm=algorithm.encode())
sys.stdout.buffer.write(signature)
";

#[test]
#[ignore = "needs dkimpy; ./check runs it"]
fn messages_signed_by_dkimpy_verify_in_every_form() {
    for (algorithm, tag) in [(Algorithm::Rsa, "rsa-sha256"), (Algorithm::Ed25519, "ed25519-sha256")] {
        let project = Project::new();
        let pem = DkimKey::generate(algorithm).unwrap();
        let record = DkimKey::from_pem(pem.as_bytes()).unwrap().record().unwrap();
        project.write("key.pem", pem);
        let message = "From: Ada  Example <ada@example.org>\r\nTo: bo@example.net\r\nSubject: Zeit \r\n\tund  Ordnung\r\n\
                       X-Raw: \u{fc}\r\n\r\ntwo  spaces \r\n\r\n \r\n\r\n\r\n";
        project.write("plain.txt", message);
        for forms in ["simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"] {
            let signing = Command::new("/usr/bin/python3")
                .args(["-c", SIGN_WITH_DKIMPY, forms, tag])
                .args([project.path("key.pem"), project.path("plain.txt")])
                .output()
                .expect("python3 with dkimpy (`./check` installs python3-dkim)");
            assert!(signing.status.success(), "{}", String::from_utf8_lossy(&signing.stderr));
            let verdict = |message: &str| {
                project.write("signed.txt", [&signing.stdout, message.as_bytes()].concat());
                let output = project.run(["dkim", "verify", "signed.txt", "--record", &record]);
                output.stdout.split_whitespace().next().unwrap_or_default().to_owned()
            };
            assert_eq!(verdict(message), "good", "{tag} {forms}");
            assert_eq!(verdict(&message.replace("two", "too")), "bad", "{tag} {forms}");
            assert_eq!(verdict(&message.replace("bo@", "eve@")), "bad", "{tag} {forms}");
            // One space more or less is nothing to the relaxed forms, and everything to the simple ones.
            let (header, body) = forms.split_once('/').unwrap();
            let expected = |form| if form == "relaxed" { "good" } else { "bad" };
            assert_eq!(verdict(&message.replace("Ada  Example", "Ada Example")), expected(header), "{tag} {forms}");
            assert_eq!(verdict(&message.replace("two  spaces", "two spaces")), expected(body), "{tag} {forms}");
        }
    }
}
