"""Reads every .eml file of a folder with Python's `email` package and prints what is in it, as JSON.

    python3 verify.py FOLDER

Each file answers with one object: the facts a mail client would show, and `problems`, the ways in which it is no sound
message. The tests compare the facts with those of another parser and want no problems.
"""

import email
import email.header
import email.policy
import email.utils
import json
import pathlib
import re
import sys

# RFC 5322 section 2.1.1; RFC 2045 section 6.7 (5).
LONGEST_LINE = 998
LONGEST_ENCODED_LINE = 76

# A problem the parser would otherwise pass over in silence is an error.
POLICY = email.policy.strict

ONCE = [
    "Content-Type", "Date", "Feedback-ID", "From", "List-Id", "List-Unsubscribe", "Message-ID", "MIME-Version",
    "Precedence", "Subject", "To",
]
# In place of these two, mail to one reader (a confirmation, a welcome) has `Auto-Submitted` (RFC 3834).
OF_LISTS = ["Feedback-ID", "Precedence"]
AT_MOST_ONCE = [
    "Content-Language", "DKIM-Signature", "List-Archive", "List-Post", "List-Unsubscribe-Post", "Reply-To",
]


def problems_of_bytes(raw):
    """Line ends and line lengths, which parsers forgive and servers do not."""
    if re.search(rb"\r(?!\n)", raw) or re.search(rb"(?<!\r)\n", raw):
        yield "a bare CR or LF"
    if not raw.endswith(b"\r\n"):
        yield "the last line has no end"
    if not raw.isascii():
        yield "a byte that is not ASCII"
    head, _, body = raw.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if len(line) > LONGEST_LINE:
            yield f"a header line of {len(line)} octets"
        if not line.strip():
            yield "an empty continuation line"
    for line in body.split(b"\r\n"):
        if len(line) > LONGEST_ENCODED_LINE:
            yield f"a body line of {len(line)} octets"
        if line.startswith(b"."):
            yield "a body line that starts with a dot"


def problems_of_headers(message):
    names = [name.lower() for name in message.keys()]
    is_to_one = message["Auto-Submitted"] == "auto-generated"
    once = [name for name in ONCE if name not in OF_LISTS] + ["Auto-Submitted"] if is_to_one else ONCE
    for name in once:
        if names.count(name.lower()) != 1:
            yield f"{name} stands {names.count(name.lower())} times"
    for name in AT_MOST_ONCE:
        if names.count(name.lower()) > 1:
            yield f"{name} stands {names.count(name.lower())} times"
    known = {name.lower() for name in once + AT_MOST_ONCE}
    for name in sorted(set(names) - known):
        yield f"a header nobody asked for: {name}"
    for name, value in message.items():
        for defect in value.defects:
            yield f"{name}: {defect!r}"
    for name in ["From", "To"]:
        if message[name] is not None and len(message[name].addresses) != 1:
            yield f"{name} has {len(message[name].addresses)} addresses"


def problems_of_way_out(message):
    """RFC 8058: an https URL, confirmed by List-Unsubscribe-Post; beside it a mailto."""
    uris = re.findall(r"<([^>]*)>", message["List-Unsubscribe"] or "")
    schemes = [uri.split(":")[0] for uri in uris]
    if not schemes or not set(schemes) <= {"https", "mailto"} or len(schemes) != len(set(schemes)):
        yield f"List-Unsubscribe offers {schemes}"
    one_click = message["List-Unsubscribe-Post"]
    if ("https" in schemes) != (one_click == "List-Unsubscribe=One-Click"):
        yield f"List-Unsubscribe offers {schemes}, List-Unsubscribe-Post says {one_click}"


def problems_of_parts(message):
    kinds = [part.get_content_type() for part in message.walk()]
    if kinds != ["multipart/alternative", "text/plain", "text/html"]:
        yield f"the parts are {kinds}"
    for part in message.walk():
        for defect in part.defects:
            yield repr(defect)
        if part.get_content_maintype() == "text" and part.get_content_charset() != "utf-8":
            yield f"a part in {part.get_content_charset()}"


def mailboxes(message, name):
    """The addresses of a header, each with its display name."""
    header = message[name]
    if header is None:
        return []
    if len(header.addresses) != 1:
        return [[address.display_name, address.addr_spec] for address in header.addresses]
    # Until 3.13 a name of several encoded words comes out with spaces between them (python/cpython#128110). The older
    # parser of the same package does not put them there.
    written = next(value for key, value in message.raw_items() if key.lower() == name.lower())
    phrase, _ = email.utils.parseaddr(str(written))
    decoded = str(email.header.make_header(email.header.decode_header(phrase))) if "=?" in phrase else phrase
    return [[decoded, header.addresses[0].addr_spec]]


def content(message, kind):
    part = message.get_body(preferencelist=(kind,))
    return part.get_payload(decode=True).decode("utf-8").replace("\r\n", "\n") if part is not None else ""


def read(path):
    raw = path.read_bytes()
    try:
        message = email.message_from_bytes(raw, policy=POLICY)
    except Exception as error:  # whatever it is, it is the finding
        return {"problems": [repr(error)]}
    judges = [problems_of_headers, problems_of_way_out, problems_of_parts]
    problems = [*problems_of_bytes(raw), *(problem for judge in judges for problem in judge(message))]
    date = message["Date"]
    return {
        "problems": problems,
        "from": mailboxes(message, "From"),
        "to": mailboxes(message, "To"),
        "subject": str(message["Subject"]),
        "message_id": str(message["Message-ID"]),
        "date": int(date.datetime.timestamp()) if date is not None else None,
        "headers": [name.lower() for name in message.keys()],
        "text": content(message, "plain"),
        "html": content(message, "html"),
    }


if __name__ == "__main__":
    json.dump([read(path) for path in sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))], sys.stdout)
