"""Python's own smtplib and email, one connection. Takes `PORT COUNT MATERIAL`, as senders/material.rs says."""

import itertools
import smtplib
import sys
from email.message import EmailMessage
from pathlib import Path


def main(port: str, count: str, folder: str) -> None:
    material = Path(folder)
    subject = (material / "subject.txt").read_text().rstrip()
    html = (material / "letter.html").read_text()
    text = (material / "letter.txt").read_text()
    with smtplib.SMTP("127.0.0.1", int(port)) as server, (material / "recipients.tsv").open() as recipients:
        for line in itertools.islice(recipients, int(count)):
            address, link = line.rstrip("\n").split("\t")
            message = EmailMessage()
            message["From"] = "Ada Example <ada@bytes.example.org>"
            message["To"] = address
            message["Subject"] = subject
            message["List-Unsubscribe"] = f"<{link}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
            message.set_content(personal(text, address, link))
            message.add_alternative(personal(html, address, link), subtype="html")
            server.send_message(message)


def personal(part: str, address: str, link: str) -> str:
    return part.replace("{{unsubscribe}}", link).replace("{{address}}", address)


main(*sys.argv[1:])
