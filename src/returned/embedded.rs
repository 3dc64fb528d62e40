//! Finds the fields of delivery reports and the headers of returned messages in running text.

use super::fields;

/// A field of a delivery report in running text.
pub(super) fn is_status_line(line: &str) -> bool {
    fields::split(line.trim_start()).is_some_and(|(name, _)| {
        ["Reporting-MTA", "Final-Recipient", "Original-Recipient"].iter().any(|field| name.eq_ignore_ascii_case(field))
    })
}

/// The line behind the fields of delivery reports that begin at `start`.
pub(super) fn end_of_statuses(lines: &[&str], start: usize) -> usize {
    let mut at = start;
    while at < lines.len() {
        let line = lines[at];
        let blank = line.trim().is_empty();
        if blank {
            let next = (at..lines.len()).find(|&next| !lines[next].trim().is_empty());
            if !next.is_some_and(|next| {
                fields::split(lines[next].trim_start()).is_some_and(|(name, _)| is_status_name(name))
            }) {
                return at;
            }
        } else if at > start && !line.starts_with([' ', '\t']) && fields::split(line.trim_start()).is_none() {
            return at;
        }
        at += 1;
    }
    at
}

fn is_status_name(name: &str) -> bool {
    [
        "Reporting-MTA",
        "Final-Recipient",
        "Original-Recipient",
        "Action",
        "Status",
        "Diagnostic-Code",
        "Remote-MTA",
        "Arrival-Date",
        "Received-From-MTA",
        "Last-Attempt-Date",
        "Will-Retry-Until",
        "Original-Envelope-Id",
        "DSN-Gateway",
        "X-Actual-Recipient",
        "X-Display-Name",
    ]
    .iter()
    .any(|field| name.eq_ignore_ascii_case(field))
}

/// Returns whether `header` is that of a report of a mail system.
pub(super) fn is_report(header: &str) -> bool {
    let fields = fields::fields(header);
    let from = fields::value(&fields, "From").unwrap_or_default().to_ascii_lowercase();
    from.contains("mailer-daemon") || from.contains("postmaster")
}

/// Returns whether the header of a message begins at line `start`: three fields on end, two of which every message has.
pub(super) fn is_header(lines: &[&str], start: usize) -> bool {
    const USUAL: &[&str] = &[
        "Received",
        "Return-Path",
        "Message-ID",
        "Date",
        "From",
        "To",
        "Subject",
        "MIME-Version",
        "Content-Type",
        "Sender",
        "Reply-To",
        "Cc",
        "User-Agent",
        "X-Mailer",
        "Delivered-To",
        "DKIM-Signature",
        "List-Unsubscribe",
        "Received-SPF",
        "Content-Transfer-Encoding",
        "In-Reply-To",
        "References",
        "Authentication-Results",
        "DomainKey-Signature",
    ];
    let first = lines[start].trim_start_matches(['>', '|']);
    let indent = first.len() - first.trim_start().len();
    let strip = |line: &str| line.trim_start_matches(['>', '|']).get(indent..).map(str::to_owned).unwrap_or_default();
    if !fields::split(first.trim_start()).is_some_and(|(name, _)| {
        USUAL.iter().any(|usual| name.eq_ignore_ascii_case(usual)) || name.starts_with("X-") || name.starts_with("ARC-")
    }) {
        return false;
    }
    let (mut fields_seen, mut usual_seen, mut has_own, mut has_trace) = (0, 0, false, false);
    for line in &lines[start..] {
        let line = strip(line);
        if line.trim().is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) && fields_seen > 0 {
            continue;
        }
        let Some((name, _)) = fields::split(&line) else { break };
        fields_seen += 1;
        usual_seen += usize::from(USUAL.iter().any(|usual| name.eq_ignore_ascii_case(usual)));
        has_trace |= ["Received", "Return-Path", "Message-ID"].iter().any(|own| name.eq_ignore_ascii_case(own));
        has_own |= has_trace || name.eq_ignore_ascii_case("From");
        if fields_seen >= 8 {
            break;
        }
    }
    // Reports sum the message up in two lines, `From` and `Subject`; a header says more.
    has_own && usual_seen >= 2 && (fields_seen >= 3 || has_trace)
}

/// Joins `lines` without the indent of the first.
pub(super) fn dedented(lines: &[&str]) -> String {
    let indent = lines.first().map_or(0, |line| line.len() - line.trim_start().len());
    let mut text = String::new();
    for line in lines {
        text.push_str(line.get(indent..).unwrap_or_else(|| line.trim_start()));
        text.push('\n');
    }
    text
}
