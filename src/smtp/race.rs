//! Connects to the first of several addresses that responds (RFC 8305). The next address is tried
//! before earlier ones have responded, so an address that drops packets costs a quarter of a
//! second.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::failure::loss;

/// `addresses` in the order to try them: first the one that responded last time, then the address
/// families in turn, beginning with the family the system prefers (RFC 8305 4).
pub(super) fn in_order(addresses: Vec<SocketAddr>, answered: Option<IpAddr>) -> Vec<SocketAddr> {
    let Some(first) = addresses.first().map(SocketAddr::is_ipv6) else { return addresses };
    let (mut ones, mut others): (Vec<_>, Vec<_>) =
        addresses.into_iter().rev().partition(|address| address.is_ipv6() == first);
    let mut order = Vec::with_capacity(ones.len() + others.len());
    while let Some(address) = ones.pop() {
        order.push(address);
        order.extend(others.pop());
    }
    order.extend(others.into_iter().rev());
    order.sort_by_key(|address| Some(address.ip()) != answered);
    order.dedup();
    order
}

/// Returns the first of `addresses` that `connect` reaches, and the connection. Starts the next
/// attempt when one has failed or none has succeeded for `stagger`; starts none after `deadline`.
///
/// Errors name every address.
pub(super) fn race<T: Send + 'static>(
    addresses: &[SocketAddr],
    stagger: Duration,
    deadline: Instant,
    connect: impl Fn(&SocketAddr, Duration) -> io::Result<T> + Clone + Send + 'static,
) -> Result<(SocketAddr, T), String> {
    let left = || deadline.saturating_duration_since(Instant::now());
    if let [address] = *addresses {
        return connect(&address, left()).map(|answer| (address, answer)).map_err(|error| describe(&error, address));
    }
    let (answer, answers) = mpsc::channel();
    let mut failures: Vec<Option<String>> = vec![None; addresses.len()];
    let mut begun = 0;
    while failures.iter().any(Option::is_none) {
        if let Some(&address) = addresses.get(begun).filter(|_| !left().is_zero()) {
            let (answer, connect, time) = (answer.clone(), connect.clone(), left());
            let index = begun;
            // A connection that comes too late finds the receiver gone, and is closed.
            let attempt = move || drop(answer.send((index, connect(&address, time))));
            if let Err(error) = thread::Builder::new().spawn(attempt) {
                failures[index] = Some(describe(&error, address));
            }
            begun += 1;
        }
        let wait = if begun < addresses.len() { left().min(stagger) } else { left() };
        match answers.recv_timeout(wait) {
            Ok((index, Ok(connection))) => return Ok((addresses[index], connection)),
            Ok((index, Err(error))) => failures[index] = Some(describe(&error, addresses[index])),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) if left().is_zero() => break,
            Err(_) => {}
        }
    }
    let late = io::Error::from(io::ErrorKind::TimedOut);
    let reasons: Vec<_> = failures
        .into_iter()
        .zip(addresses)
        .map(|(failure, &address)| failure.unwrap_or_else(|| describe(&late, address)))
        .collect();
    Err(reasons.join(", "))
}

fn describe(error: &io::Error, address: SocketAddr) -> String {
    format!("{} ({})", loss(error).1, address.ip())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    const SOON: Duration = Duration::from_millis(1);
    const LONG: Duration = Duration::from_hours(1);

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 587)).collect()
    }

    fn ordered(texts: &[&str], answered: Option<&str>) -> Vec<String> {
        let answered = answered.map(|text| text.parse().unwrap());
        in_order(addresses(texts), answered).iter().map(|address| address.ip().to_string()).collect()
    }

    #[test]
    fn families_take_turns_and_the_address_that_answered_last_is_first() {
        let all = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.2"];
        assert_eq!(ordered(&all, None), ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3"]);
        assert_eq!(
            ordered(&all, Some("192.0.2.2")),
            ["192.0.2.2", "2001:db8::1", "192.0.2.1", "2001:db8::2", "2001:db8::3"]
        );
        assert_eq!(ordered(&["192.0.2.1", "2001:db8::1"], Some("192.0.2.9")), ["192.0.2.1", "2001:db8::1"]);
        assert_eq!(
            ordered(&["192.0.2.1", "192.0.2.2", "2001:db8::1"], None),
            ["192.0.2.1", "2001:db8::1", "192.0.2.2"]
        );
        assert_eq!(ordered(&["192.0.2.1"], None), ["192.0.2.1"]);
        assert_eq!(ordered(&[], None), [""; 0]);
    }

    /// Returns the result of a race over these addresses, and the addresses tried, in order. An
    /// address that ends in `:dead` drops packets, one in `:bad` refuses; the others respond.
    fn raced(texts: &[&str], stagger: Duration, deadline: Duration) -> (String, Vec<String>) {
        let tried = Arc::new(Mutex::new(Vec::new()));
        // Held until the race is over: a host that drops packets never responds.
        let (over, swallowed) = mpsc::channel::<()>();
        let swallowed = Arc::new(Mutex::new(swallowed));
        let connect = {
            let tried = Arc::clone(&tried);
            move |address: &SocketAddr, _time: Duration| {
                tried.lock().unwrap().push(address.ip().to_string());
                match address.ip().to_string() {
                    text if text.ends_with(":dead") => {
                        let _ = swallowed.lock().unwrap().recv();
                        Err(io::ErrorKind::TimedOut.into())
                    }
                    text if text.ends_with(":bad") => Err(io::ErrorKind::ConnectionRefused.into()),
                    text => Ok(text),
                }
            }
        };
        let result = race(&addresses(texts), stagger, Instant::now() + deadline, connect);
        drop(over);
        let told = match result {
            Ok((address, answer)) => {
                assert_eq!(address.ip().to_string(), answer);
                answer
            }
            Err(failures) => failures,
        };
        let tried = tried.lock().unwrap().clone();
        (told, tried)
    }

    #[test]
    fn addresses_that_swallow_packets_or_refuse_do_not_keep_us_from_the_one_that_answers() {
        for (texts, expected) in [
            (&["192.0.2.1"][..], "192.0.2.1"),
            (&["2001:db8::dead", "192.0.2.1"], "192.0.2.1"),
            (&["2001:db8::bad", "192.0.2.1"], "192.0.2.1"),
            (&["2001:db8::dead", "2001:db8:1::dead", "2001:db8::1"], "2001:db8::1"),
            (&["2001:db8::dead", "2001:db8::bad", "192.0.2.1"], "192.0.2.1"),
            (&["2001:db8::bad", "2001:db8:1::bad", "2001:db8:2::bad", "192.0.2.1"], "192.0.2.1"),
        ] {
            assert_eq!(raced(texts, SOON, LONG).0, expected, "{texts:?}");
        }
    }

    #[test]
    fn the_next_address_is_not_tried_while_the_one_before_may_still_answer_and_at_once_when_it_has_failed() {
        assert_eq!(raced(&["192.0.2.1", "192.0.2.2"], LONG, LONG).1, ["192.0.2.1"]);
        assert_eq!(raced(&["2001:db8::bad", "192.0.2.1"], LONG, LONG).0, "192.0.2.1");
    }

    #[test]
    fn when_all_fail_all_are_named() {
        assert_eq!(
            raced(&["2001:db8::bad", "2001:db8:1::bad"], LONG, LONG).0,
            "connection refused (2001:db8::bad), connection refused (2001:db8:1::bad)"
        );
        let (told, _) = raced(&["2001:db8::dead", "2001:db8::bad"], SOON, Duration::from_millis(100));
        assert_eq!(told, "no response in time (2001:db8::dead), connection refused (2001:db8::bad)");
        let (told, tried) = raced(&["192.0.2.1", "192.0.2.2"], LONG, Duration::ZERO);
        assert_eq!(told, "no response in time (192.0.2.1), no response in time (192.0.2.2)");
        assert!(tried.is_empty());
    }
}
