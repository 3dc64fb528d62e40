//! Tests problems of the delivery settings.

use snapbox::str;

use super::config;

#[test]
fn a_mail_server_is_protected() {
    config(
        "[smtp]\nhost = \"smtp.example.org\"\ntls = \"none\"\n",
        str![[r#"
error: `tls = "none"` for `smtp.example.org`, which is not this machine
  --> newsletter.toml:13:8
   |
13 | host = "smtp.example.org"
   |        ^^^^^^^^^^^^^^^^^^
   |
   = help: write `tls = "starttls"` or `tls = "implicit"`: passwords and letters must not be sent unencrypted

no issues checked: 1 error
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = 2525\n",
        str![[r#"
note: there is no `subscribers.csv` here, so the subscriber list was not checked
issue 1: no problems
exit 0

"#]],
    );
    config(
        "[smtp]\nhost = \"192.0.2.1\"\n",
        str![[r#"
error: `192.0.2.1` is an IP address; certificates are issued for names
  --> newsletter.toml:13:8
   |
13 | host = "192.0.2.1"
   |        ^^^^^^^^^^^
   |
   = help: write the server's name, or `tls = "none"` if it is this machine

no issues checked: 1 error
exit 3

"#]],
    );
}

#[test]
fn a_mail_server_is_described_completely() {
    config(
        "[smtp]\nhost = \"smtp.example.org\"\nuser = \"ada\"\n",
        str![[r#"
error: `user` without `password`
  --> newsletter.toml:14:8
   |
14 | user = "ada"
   |        ^^^^^
   |
   = help: add `password = { env = "NEWSLETTER_SMTP_PASSWORD" }`

no issues checked: 1 error
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"smtp.example.org\"\npassword = { env = \"A\" }\nmechanism = \"cram\"\n",
        str![[r#"
error: `password` without `user`
  --> newsletter.toml:14:12
   |
14 | password = { env = "A" }
   |            ^^^^^^^^^^^^^
   |
   = help: add `user = "…"`

error: `mechanism` without `user`
  --> newsletter.toml:15:13
   |
15 | mechanism = "cram"
   |             ^^^^^^
   |
   = help: add `user = "…"`

error: `cram` is not an authentication mechanism
  --> newsletter.toml:15:13
   |
15 | mechanism = "cram"
   |             ^^^^^^
   |
   = help: the mechanisms are `plain`, `login` and `xoauth2`

no issues checked: 3 errors
exit 3

"#]],
    );
    config(
        "[smtp]\nport = 70000\nconnections = 65\nrate = \"fast\"\nper_connection = 0\ntls = \"tls\"\n",
        str![[r#"
error: `host` is missing in `[smtp]`
  --> newsletter.toml:12:1
   |
12 | [smtp]
   | ^^^^^^
   |
   = help: add `host = "smtp.example.org"`

error: `port` must be from 1 to 65535, not `70000`
  --> newsletter.toml:13:8
   |
13 | port = 70000
   |        ^^^^^

error: `connections` must be from 1 to 64, not `65`
  --> newsletter.toml:14:15
   |
14 | connections = 65
   |               ^^

error: `fast` is not a rate
  --> newsletter.toml:15:8
   |
15 | rate = "fast"
   |        ^^^^^^
   |
   = help: write how many per second, minute, hour or day: `10/s`, `30/m`, `500/h`, `2000/d`

error: `per_connection` must be 1 or more, not `0`
  --> newsletter.toml:16:18
   |
16 | per_connection = 0
   |                  ^

error: `tls` is not a kind of encryption
  --> newsletter.toml:17:7
   |
17 | tls = "tls"
   |       ^^^^^
   |
   = help: write `implicit` (port 465), `starttls` (port 587) or `none` (only to this machine)

no issues checked: 6 errors
exit 3

"#]],
    );
}

#[test]
fn an_unknown_courier_is_an_error() {
    config(
        "[send]\ncourier = \"smtp\"\n",
        str![[r#"
error: `courier` is `smtp`, but there is no `[smtp]`
  --> newsletter.toml:13:11
   |
13 | courier = "smtp"
   |           ^^^^^^
   |
   = help: add `[smtp]` with the `host`, `port` and `user` of your mail server

no issues checked: 1 error
exit 3

"#]],
    );
    config(
        "[send]\ncourier = \"pigeon\"\nretry = [\"5s\", \"soon\"]\ntest_to = [\"ada\"]\nwait = \"1\"\n",
        str![[r#"
error: `pigeon` is not a courier
  --> newsletter.toml:13:11
   |
13 | courier = "pigeon"
   |           ^^^^^^^^
   |
   = help: the couriers are `outbox`, `smtp` and `sendmail`

error: `soon` is not a duration
  --> newsletter.toml:14:16
   |
14 | retry = ["5s", "soon"]
   |                ^^^^^^
   |
   = help: write a number and `s`, `m`, `h` or `d`, such as `30s`, `5m`, `48h`; at most `31d`

error: `ada` is not an address: it has no `@`
  --> newsletter.toml:15:12
   |
15 | test_to = ["ada"]
   |            ^^^^^

error: `1` is not a duration
  --> newsletter.toml:16:8
   |
16 | wait = "1"
   |        ^^^
   |
   = help: write a number and `s`, `m`, `h` or `d`, such as `30s`, `5m`, `48h`; at most `31d`

no issues checked: 4 errors
exit 3

"#]],
    );
}

#[test]
fn several_mail_servers_are_told_apart() {
    config(
        "[[smtp]]\nhost = \"smtp.example.org\"\nweight = 0\n\n[[smtp]]\nhost = \"smtp.example.org\"\nwarm_up = [50, \"100\", 0]\n",
        str![[r#"
error: `weight` must be from 1 to 1000, not `0`
  --> newsletter.toml:14:10
   |
14 | weight = 0
   |          ^

error: the mail server `smtp.example.org` is listed twice
  --> newsletter.toml:16:1
   |
16 | [[smtp]]
   | ^^^^^^^^
   |
   = help: remove one of the two, or give it another `user`

error: an item of `warm_up` must be a whole number, not text
  --> newsletter.toml:18:16
   |
18 | warm_up = [50, "100", 0]
   |                ^^^^^

error: an item of `warm_up` must be 1 or more, not `0`
  --> newsletter.toml:18:23
   |
18 | warm_up = [50, "100", 0]
   |                       ^

no issues checked: 4 errors
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"smtp.example.org\"\nweight = 3\nrate = [\"10/s\", \"often\"]\n",
        str![[r#"
error: unknown key `weight`
  --> newsletter.toml:14:1
   |
14 | weight = 3
   | ^^^^^^
   |
   = help: a weight is a share among several servers: write `[[smtp]]` above each of them

error: `often` is not a rate
  --> newsletter.toml:15:17
   |
15 | rate = ["10/s", "often"]
   |                 ^^^^^^^
   |
   = help: write how many per second, minute, hour or day: `10/s`, `30/m`, `500/h`, `2000/d`

no issues checked: 2 errors
exit 3

"#]],
    );
    config(
        "[smtp]\nhost = \"smtp.example.org\"\n\n[[smtp]]\nhost = \"smtp.example.net\"\n",
        str![[r#"
error: invalid TOML: `smtp` is defined twice
  --> newsletter.toml:15:3
   |
15 | [[smtp]]
   |   ^^^^
   |
   = help: delete or rename one of the two

no issues checked: 1 error
exit 3

"#]],
    );
}
