//! Tests the limits of sign-ups.

use super::world::Served;

#[test]
fn two_an_hour_and_the_rest_wait() {
    let mut served = Served::new(&["ada"], "confirm_rate = \"2/h\"");
    for reader in ["bo", "cy", "dee", "eve"] {
        assert_eq!(served.sign_up(reader).status, 303);
    }
    let line = served.wait_for_line("confirmation mails wait (");
    assert!(line.contains("more people sign up than `confirm_rate`"), "{line}");
    assert_eq!(served.mailing.accepted(), ["ada", "bo", "cy"]);
}

#[test]
fn a_network_signs_up_ten_an_hour() {
    let served = Served::new(&["ada"], "proxies = [\"127.0.0.1\"]");
    let from = |client: &str, number: usize| {
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\nX-Forwarded-For: {client}\r\n");
        served.ask("POST", "/subscribe", &headers, &format!("address=r{number}%40example.org&{}", served.stamp()))
    };
    for number in 0..10 {
        assert_eq!(from(&format!("203.0.113.9, 192.0.2.{number}"), number).status, 303);
    }
    let refused = from("203.0.113.77, 192.0.2.200", 11);
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 3000, "{refused:?}");
    assert_eq!(from("192.0.2.1, 198.51.100.1", 12).status, 303, "another network");
}

#[test]
fn an_address_is_asked_once_in_ten_minutes() {
    let served = Served::new(&["ada"], "");
    for _ in 0..3 {
        assert_eq!(served.sign_up("zoe").status, 303);
    }
    served.sign_up("bo");
    served.mailing.server.wait_for_accepted(3);
    assert_eq!(served.mailing.accepted(), ["ada", "bo", "zoe"]);
}
