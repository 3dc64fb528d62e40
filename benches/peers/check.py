"""Checks the messages of one sender that the sink kept, before any rate of that sender is believed.

usage: check.py KEPT LETTER_FOLDER COUNT [PUBLIC_KEY]

COUNT messages, each to somebody else; the unsubscribe link of the header in both bodies; both bodies otherwise the very
letter; and with PUBLIC_KEY (base64 of the DER) a DKIM signature that dkimpy verifies.
"""

import email
import email.policy
import re
import sys
from pathlib import Path


def unwrapped(text: str) -> str:
    """A body without what transport may change: line ends, and white space at the end."""
    return text.replace("\r\n", "\n").rstrip()


def problems_of(raw: bytes, letter: dict[str, str], public_key: str | None) -> list[str]:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    problems = [f"header: {defect!r}" for defect in message.defects]
    link = re.search(r"<(https:[^>]+)>", message["List-Unsubscribe"] or "")
    if not link:
        return problems + ["no List-Unsubscribe with an https link"]
    if message["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
        problems.append("no List-Unsubscribe-Post")
    for kind, expected in letter.items():
        part = message.get_body((kind,))
        body = unwrapped(part.get_content()) if part else ""
        if link[1] not in body:
            problems.append(f"the {kind} part has not the header's link")
        elif body != unwrapped(expected.replace("{{unsubscribe}}", link[1]).replace("{{address}}", message["To"])):
            problems.append(f"the {kind} part is not the letter")
    if public_key:
        import dkim

        record = f"v=DKIM1; k=rsa; p={public_key}".encode()
        if not dkim.verify(raw, dnsfunc=lambda name, timeout=5: record):
            problems.append("no valid DKIM signature")
    return problems


def main(kept: str, folder: str, count: str, public_key: str | None = None) -> int:
    letter = {
        "plain": (Path(folder) / "letter.txt").read_text(),
        "html": (Path(folder) / "letter.html").read_text(),
    }
    files = sorted(Path(kept).glob("*.eml"))
    recipients = set()
    problems = []
    for file in files:
        raw = file.read_bytes()
        recipients.add(email.message_from_bytes(raw)["To"])
        problems += [f"{file.name}: {problem}" for problem in problems_of(raw, letter, public_key)]
    if len(files) != int(count) or len(recipients) != int(count):
        problems.append(f"{len(files)} messages to {len(recipients)} recipients, not {count} to {count}")
    print("\n".join(problems) if problems else "ok")
    return 1 if problems else 0


sys.exit(main(*sys.argv[1:]))
