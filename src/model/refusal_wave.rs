//! Says when refusals are so many that the cause is a server, or we, rather than the recipients.

/// More refusals than this are a wave when they are more than one in [`PART`] of the attempts.
const SHARE: u64 = 20;
const PART: u64 = 10;

/// As many at one domain are a wave when they are half of the attempts there.
const AT_A_DOMAIN: u64 = 5;

/// Returns whether `refused` of `tried` are a wave.
pub fn is_wave(refused: u64, tried: u64) -> bool {
    refused > SHARE && refused * PART > tried
}

/// Returns whether `refused` of the `tried` at one domain are a wave there.
pub fn is_wave_at_domain(refused: u64, tried: u64) -> bool {
    refused >= AT_A_DOMAIN && refused * 2 >= tried
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_no_wave_and_neither_is_a_small_part() {
        assert_eq!(
            [(20, 20), (21, 209), (21, 210)].map(|(refused, tried)| is_wave(refused, tried)),
            [false, true, false]
        );
        let at_domain = [(4, 4), (5, 10), (5, 11)].map(|(refused, tried)| is_wave_at_domain(refused, tried));
        assert_eq!(at_domain, [false, true, false]);
    }
}
