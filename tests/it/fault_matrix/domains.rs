//! Tests row 54: one domain refuses, the others accept.

use super::refusals::{NOBODY, at, mend, suppressed};
use super::{mailing, sent};
use crate::support::{Mailing, Postgres, Script};

/// A newsletter for these addresses, sent over one connection.
fn addressed(addresses: &[String]) -> Mailing {
    let mailing = mailing(Script::default(), &["ada"]);
    mailing.project.write("subscribers.csv", format!("email\n{}\n", addresses.join("\n")));
    mailing
}

#[test]
fn row_54_one_refusing_domain_is_held_and_the_others_get_their_messages() {
    for what in ["refuse-550-5.1.1", "refuse-550-5.7.1", "refuse-554", "refuse-dot-550-5.7.1"] {
        let dead = at("gone.example", what, 12);
        let orders = [
            // At the end, at the head, and between the others.
            [at("one.example", "ada", 8), dead.clone()].concat(),
            [dead.clone(), at("one.example", "ada", 8)].concat(),
            [at("one.example", "ada", 4), dead.clone(), at("two.example", "bo", 4)].concat(),
        ];
        for people in orders {
            let mut mailing = addressed(&people);
            let told = sent(&mailing, ["--yes"]);
            assert!(told.contains("Held: `gone.example` refused "), "{what}: {told}");
            assert!(told.contains("Sent issue 1 to 8 of 20 recipients\n"), "{what}: {told}");
            assert!(told.contains("Recipients left: 12. To continue: newsletter send 1\n"), "{what}: {told}");
            assert!(told.contains("exit 4\n") && told.ends_with("planned: 12 recipients\n"), "{what}: {told}");
            assert_eq!(suppressed(&mailing), NOBODY, "{what}");
            mend(&mut mailing);
            assert!(sent(&mailing, ["--yes"]).contains("Sent issue 1 to 20 of 20 recipients\nexit 0\n"), "{what}");
        }
    }
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn row_54_two_machines_that_hold_a_domain_do_not_wait_for_each_other() {
    let database = Postgres::start();
    let (mailing, _journal) = crate::postgres::mailing(&database, 1, "50/s");
    let people = [at("one.example", "ada", 12), at("gone.example", "refuse-550-5.7.1", 40)].concat();
    mailing.project.write("subscribers.csv", format!("email\n{}\n", people.join("\n")));
    let senders = [mailing.start(["--yes"]), mailing.start(["--yes"])];
    let told = senders.map(|sender| mailing.finish(sender));
    // Who held a domain back let it go at the end; the other tried it then and found the same.
    assert!(told.iter().all(|told| told.ends_with("exit 4\n") || told.ends_with("exit 5\n")), "{told:?}");
    assert_eq!(mailing.run(["status", "1", "--state", "refused"]), "no matching recipients\nexit 0\n");
    assert_eq!(mailing.server.accepted().len(), 12);
}

#[test]
fn row_54_a_deferred_recipient_at_a_held_domain_is_left_to_the_next_run() {
    let people =
        [at("one.example", "ada", 3), at("gone.example", "defer-451", 2), at("gone.example", "refuse-550", 6)].concat();
    let mailing = addressed(&people);
    let config =
        mailing.project.read("newsletter.toml").replace("retry = [\"1h\"]", "retry = [\"0s\"]\ngive_up = \"1h\"");
    mailing.project.write("newsletter.toml", config);
    let told = sent(&mailing, ["--yes", "--wait", "1m"]);
    assert!(
        told.contains(
            "exit 4\naccepted: ada+0@one.example, ada+1@one.example, ada+2@one.example\nplanned: 8 recipients\n"
        ),
        "{told}"
    );
}

#[test]
fn row_54_a_domain_with_many_acceptances_is_not_held() {
    let people =
        [at("large.example", "ada", 12), at("large.example", "refuse-550", 7), at("one.example", "bo", 3)].concat();
    let told = sent(&addressed(&people), ["--yes"]);
    assert!(told.contains("Sent issue 1 to 15 of 22 recipients\n  7 refused") && !told.contains("Held:"), "{told}");
}
