//! Tests the messages about a subscriber list or the secrets of a newsletter.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use newsletter::config::{Newsletter, token_secret};
use newsletter::diagnostic::{Problems, draw};
use newsletter::subscribers::audience;
use snapbox::{assert_data_eq, str};

use crate::support::Project;

fn open(project: &Project) -> Newsletter {
    Newsletter::open(project.root()).unwrap()
}

fn drawn(problems: &Problems, project: &Project) -> String {
    draw(&problems.0, false).replace(project.root().canonicalize().unwrap().to_str().unwrap(), "[ROOT]")
}

#[test]
fn a_newsletter_without_a_list_says_how_to_start_one() {
    let project = Project::new();
    let problems = audience(&open(&project), &BTreeSet::new()).unwrap_err();
    assert_data_eq!(
        drawn(&problems, &project),
        str![[r#"
error: there is no subscriber list at `subscribers.csv`
help: start with `cp subscribers.example.csv subscribers.csv`, or write a file with the heading `email` and one address per line below it

"#]]
    );
}

#[test]
fn a_list_changed_between_two_readings_is_not_sent_to() {
    let project = Project::new().file("subscribers.csv", "email\nada@example.org\nbo@example.net\n");
    let audience = audience(&open(&project), &BTreeSet::new()).unwrap();
    let read = || -> Vec<_> {
        let people = audience.subscribers().map_or_else(|problems| vec![Err(problems)], Iterator::collect);
        people
            .into_iter()
            .map(|one| one.map_or_else(|problems| problems.to_string(), |one| one.address.to_string()))
            .collect()
    };
    assert_eq!(read(), ["ada@example.org", "bo@example.net"]);
    let changed = "`subscribers.csv` changed while it was being read";
    project.write("subscribers.csv", "email\nada@example.org\nbo@example.net\ncy@example.com\n");
    assert_eq!(read(), ["ada@example.org", "bo@example.net", changed], "somebody more");
    project.write("subscribers.csv", "email\nada@example.org\nbo@example.com\n");
    assert_eq!(read(), ["ada@example.org", "bo@example.com", changed], "somebody else");
    project.write("subscribers.csv", "email\n");
    assert_eq!(read(), [changed], "nobody");
    project.write("subscribers.csv", "mail\nada@example.org\nbo@example.net\n");
    assert_eq!(read(), [changed], "another heading");
}

#[test]
fn a_list_that_another_takes_the_place_of_is_read_to_its_end() {
    let project = Project::new().file("subscribers.csv", "email\nada@example.org\n");
    let audience = audience(&open(&project), &BTreeSet::new()).unwrap();
    project.write("subscribers.csv.new", "email\nbo@example.net\n");
    fs::rename(project.path("subscribers.csv.new"), project.path("subscribers.csv")).unwrap();
    let people: Vec<_> = audience.subscribers().unwrap().map(|one| one.unwrap().address.to_string()).collect();
    assert_eq!(people, ["ada@example.org"]);
}

#[test]
fn a_heading_without_addresses_is_shown_in_its_line() {
    let project = Project::new().file("subscribers.csv", "Name;E-Mial\nAda;ada at example.org\n");
    let problems = audience(&open(&project), &BTreeSet::new()).unwrap_err();
    assert_data_eq!(
        drawn(&problems, &project),
        str![[r"
error: no column is called `email`
 --> subscribers.csv:1:6
  |
1 | Name;E-Mial
  |      ^^^^^^
  |
  = help: did you mean `email`?

"]]
    );
}

#[test]
fn a_rejected_row_is_shown_with_the_cell_that_is_wrong() {
    let list = "email,name\nada@example.org,Ada\nbo@@example.net,Bo\ncy@example.com,Cy,Young\nd@example.com,\"D\nBcc: e@example.com\"\n";
    let project = Project::new().file("subscribers.csv", list);
    let audience = audience(&open(&project), &BTreeSet::new()).unwrap();
    assert_eq!(audience.subscribers().unwrap().count(), 1);
    assert_data_eq!(
        drawn(&Problems(audience.rejected), &project),
        str![[r#"
error: `bo@@example.net` is not an address: it has more than one `@`
 --> subscribers.csv:3:1
  |
3 | bo@@example.net,Bo
  | ^^^^^^^^^^^^^^^

error: this row has 3 cells, but the list has 2 columns
 --> subscribers.csv:4:1
  |
4 | cy@example.com,Cy,Young
  | ^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: put a value that contains a `,` in double quotes

error: `name` contains a line end
 --> subscribers.csv:5:15
  |
5 | d@example.com,"D
  |               ^^

"#]]
    );
}

#[test]
fn the_key_of_the_unsubscribe_links_is_made_on_first_need_and_stays() {
    let project = Project::new();
    let newsletter = open(&project);
    let key = || token_secret(&newsletter).unwrap();
    assert_eq!(key(), key());
    let mode = |path| fs::metadata(project.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(".newsletter"), mode(".newsletter/unsubscribe.key")), (0o700, 0o600));
}

#[test]
fn a_key_that_others_can_read_or_guess_is_refused() {
    let project = Project::new();
    let refused = |content: &str, mode| {
        let path = project.path(".newsletter/unsubscribe.key");
        let _ = fs::remove_file(&path);
        project.write(".newsletter/unsubscribe.key", content);
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        let error = token_secret(&open(&project)).unwrap_err();
        drawn(error.downcast_ref::<Problems>().unwrap(), &project)
    };
    let long = "0123456789abcdef0123456789abcdef";
    assert_data_eq!(
        refused(long, 0o644) + &refused("swordfish\n", 0o600),
        str![[r"
error: other users of this machine can read or change `[ROOT]/.newsletter/unsubscribe.key` (mode 644)
help: run `chmod 600 [ROOT]/.newsletter/unsubscribe.key`
error: the unsubscribe key has 9 characters
help: use at least 32 random characters: `openssl rand -base64 32`

"]]
    );
}
