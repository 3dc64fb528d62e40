//! Formats numbers, sizes and durations for people.

use std::time::Duration;

/// Returns `1,211`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Returns `1 recipient`, `1,211 recipients`.
pub(crate) fn recipients(number: u64) -> String {
    format!("{} {}", count(number), if number == 1 { "recipient" } else { "recipients" })
}

/// Returns `38 KB`, `4.1 KB`: in units of 1,024 bytes, as mail providers count.
pub(crate) fn size(bytes: usize) -> String {
    let tenths = (bytes * 10).div_ceil(1024);
    match bytes {
        0..=999 => format!("{bytes} bytes"),
        _ if tenths < 100 => format!("{}.{} KB", tenths / 10, tenths % 10),
        _ if bytes < 10 * 1024 * 1024 => format!("{} KB", count((tenths / 10) as u64)),
        _ => format!("{} MB", count((tenths / 10 / 1024) as u64)),
    }
}

/// Returns `4 s`, `2 min 4 s`, `3 h 20 min`, `2 d 4 h`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (large, large_name, small, small_name) = match seconds {
        0..60 => return format!("{seconds} s"),
        60..3600 => (seconds / 60, "min", seconds % 60, "s"),
        3600..86400 => (seconds / 3600, "h", seconds % 3600 / 60, "min"),
        _ => (seconds / 86400, "d", seconds % 86400 / 3600, "h"),
    };
    if small == 0 { format!("{large} {large_name}") } else { format!("{large} {large_name} {small} {small_name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([recipients(1), recipients(1211)], ["1 recipient", "1,211 recipients"]);
        assert_eq!(
            [12, 4_100, 39_000, 2_000_000, 12_000_000].map(size),
            ["12 bytes", "4.1 KB", "38 KB", "1,953 KB", "11 MB"]
        );
        assert_eq!(
            [0, 59, 124, 3600, 12_000, 187_200].map(Duration::from_secs).map(duration),
            ["0 s", "59 s", "2 min 4 s", "1 h", "3 h 20 min", "2 d 4 h"]
        );
    }
}
