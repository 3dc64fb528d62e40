//! Decides how many messages a relay may carry now, according to all of its limits. Pure.
//!
//! A rate per second or minute spreads messages evenly (a token bucket). A rate per hour or day is
//! a quota: messages go out as fast as the token buckets allow until it is reached, and messages of
//! other runs count.

mod forecast;
mod rate;
mod relay_limits;
mod rolling_quota;
pub(super) mod scheduler;
#[cfg(test)]
mod tests;
mod throttle;
mod token_bucket;
mod usage;
mod warm_up;

pub use forecast::forecast;
pub use rate::Rate;
pub use relay_limits::RelayLimits;
pub use usage::{LimitReached, Limits};
