//! Tells what a column of an export says beside who gets mail: times, places, tags.

use crate::subscribers::vocabulary::normalize;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// When a reader signed up.
    SignedUpAt,
    /// From which address they did.
    SignedUpIp,
    /// When a reader confirmed.
    ConfirmedAt,
    /// From which address they did.
    ConfirmedIp,
    /// When the record was made, which says nothing about who made it.
    CreatedAt,
    /// When a reader left.
    LeftAt,
    /// When an address was given up.
    BouncedAt,
    /// When a reader complained.
    ComplainedAt,
    /// Tags.
    Tags,
    /// Fields in a JSON object.
    Fields,
}

/// Headings, without case and separators.
const ROLES: [(Role, &str); 10] = [
    (
        Role::SignedUpAt,
        "optintime optindate optinat optedinat optedinon subscribedat subscribedon subscriptiondate subscribedate subscribetime subscriptiontime datesubscribed signupdate signedupat signuptime consentdate consenttimestamp consentedat",
    ),
    (
        Role::SignedUpIp,
        "optinip optedinip signupip subscribeip subscribedip subscriptionip registrationip registeredip ipaddress ip",
    ),
    (
        Role::ConfirmedAt,
        "confirmtime confirmedat confirmedon confirmationtime confirmationdate confirmedtime confirmeddate dateconfirmed confirmedoptindate emailverifiedat verifiedat emailconfirmedat",
    ),
    (Role::ConfirmedIp, "confirmip confirmedip confirmipaddress confirmationip"),
    (
        Role::CreatedAt,
        "createdat created creationdate createdate createdon createddate datecreated entered joined joinedat datejoined addedat dateadded addedtime date",
    ),
    (
        Role::LeftAt,
        "unsubtime unsubscribedat unsubscribedon unsubscriptiondate unsubscribedate unsubscribetime dateunsubscribed deletedat confirmedoptoutdate optoutdate optoutat optouttime optedoutat",
    ),
    (Role::BouncedAt, "cleantime bouncedat bouncedon bouncedate cleanedat"),
    (Role::ComplainedAt, "complainedat complainedon complaintdate"),
    (Role::Tags, "tags tag labels label"),
    (Role::Fields, "attributes metadata data customfields"),
];

/// Returns what the column called `heading` says.
pub(super) fn role(heading: &str) -> Option<Role> {
    let joined = normalize::joined(heading);
    let is_named = |names: &&(Role, &str)| names.1.split_whitespace().any(|name| name == joined);
    ROLES.iter().find(is_named).map(|(role, _)| *role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_say_what_they_mean() {
        for (heading, expected) in [
            ("OPTIN_TIME", Some(Role::SignedUpAt)),
            ("Subscribed at", Some(Role::SignedUpAt)),
            ("CONFIRM_IP", Some(Role::ConfirmedIp)),
            ("CLEAN_TIME", Some(Role::BouncedAt)),
            ("unsubscribed_at", Some(Role::LeftAt)),
            ("created_at", Some(Role::CreatedAt)),
            ("City", None),
        ] {
            assert_eq!(role(heading), expected, "{heading}");
        }
    }
}
