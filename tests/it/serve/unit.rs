//! Tests the systemd unit that `serve --unit` prints.

use crate::support::Project;

/// The lines about the service, in a folder called `weekly`, of a newsletter with `config`.
fn service(config: &str) -> Vec<String> {
    let project = Project::new().config(&format!("{config}\n[serve]\n"));
    let output = project.run(["serve", "--unit"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    let folder = project.path("");
    let root = folder.to_str().unwrap().trim_end_matches('/');
    let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
    let unit = output
        .stdout
        .replace(root, "/srv/weekly")
        .replace(&format!("/etc/newsletter/{name}"), "/etc/newsletter/weekly");
    let (_, service) = unit.split_once("[Service]\n").unwrap();
    let (service, _) = service.split_once("\n\n[Install]").unwrap();
    service.lines().map(str::to_owned).collect()
}

/// The lines that are in `one` and not in `other`.
fn only(one: &[String], other: &[String]) -> Vec<String> {
    one.iter().filter(|line| !other.contains(line)).cloned().collect()
}

#[test]
fn the_unit_passes_the_secrets_that_the_settings_name() {
    let plain = service("[send]\ncourier = \"smtp\"\n\n[smtp]\nhost = \"mail.example.org\"\n");
    let with = |password: &str| {
        let user = format!("user = \"ada\"\npassword = {password}\n");
        only(&service(&format!("[send]\ncourier = \"smtp\"\n\n[smtp]\nhost = \"mail.example.org\"\n{user}")), &plain)
    };
    assert_eq!(
        with("{ command = [\"systemd-creds\", \"cat\", \"smtp-password\"] }"),
        [
            "# Secrets are in files that only root can read.",
            "LoadCredential=smtp-password:/etc/newsletter/weekly.smtp-password",
        ]
    );
    assert_eq!(
        with("{ env = \"SMTP_PASSWORD\" }"),
        [
            "# Secrets are in files that only root can read.",
            "# With SMTP_PASSWORD=…:",
            "EnvironmentFile=/etc/newsletter/weekly.secrets",
        ]
    );
    assert!(with("{ command = [\"pass\", \"show\", \"mail\"] }").is_empty());
}

#[test]
fn the_unit_of_sendmail_lets_it_change_its_group_and_write_to_its_queue() {
    let smtp = service("[send]\ncourier = \"smtp\"\n\n[smtp]\nhost = \"mail.example.org\"\n");
    let sendmail = service("[send]\ncourier = \"sendmail\"\n");
    assert_eq!(
        only(&sendmail, &smtp),
        [
            "# The program of the courier `sendmail` changes its group and writes to a queue, so NoNewPrivileges, PrivateUsers and",
            "# SystemCallFilter are left out.",
            "ReadWritePaths=-/var/spool",
        ]
    );
    assert_eq!(
        only(&smtp, &sendmail),
        [
            "NoNewPrivileges=yes",
            "PrivateUsers=yes",
            "SystemCallFilter=@system-service",
            "SystemCallFilter=~@privileged @resources",
            "SystemCallErrorNumber=EPERM",
        ]
    );
}

#[test]
fn the_unit_restricts_what_that_of_the_package_restricts() {
    let packaged = include_str!("../../../packaging/systemd/newsletter-send@.service");
    let (_, restrictions) = packaged.split_once("# Everything the program does not need.").unwrap();
    let restrictions = restrictions.lines().filter(|line| line.contains('=')).map(str::to_owned).collect::<Vec<_>>();
    let printed = service("[send]\ncourier = \"smtp\"\n\n[smtp]\nhost = \"mail.example.org\"\n");
    // The folder of a newsletter may be in a home.
    assert_eq!(only(&restrictions, &printed), ["ReadWritePaths=/srv/newsletter/%i", "ProtectHome=yes"]);
}

/// The block `location / {` in `text`, its lines without indentation and marks of comments.
fn location(text: &str) -> Vec<&str> {
    let lines = text.lines().map(|line| line.trim_start_matches(['#', ' ']));
    let lines = lines.skip_while(|line| *line != "location / {");
    lines.take_while(|line| *line != "}").collect()
}

#[test]
fn the_page_shows_the_lines_for_nginx_that_the_unit_has() {
    let unit = Project::new().config("[serve]\n").run(["serve", "--unit"]).stdout;
    assert_eq!(location(&unit), location(include_str!("../../../docs/readers-by-web.md")));
    assert_eq!(location(&unit).len(), 6);
}
