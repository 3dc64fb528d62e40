// nodemailer as its documentation shows it: a pool of ten connections, fed as fast as it asks.
// Takes `PORT COUNT MATERIAL [KEY]`, as senders/material.rs says.

import { readFileSync } from "node:fs";
import nodemailer from "nodemailer";

const [port, count, folder, key] = process.argv.slice(2);
const read = (name) => readFileSync(`${folder}/${name}`, "utf8");
const subject = read("subject.txt").trimEnd();
const html = read("letter.html");
const text = read("letter.txt");
const recipients = read("recipients.tsv")
  .split("\n", Number(count))
  .map((line) => line.split("\t"));

const transport = nodemailer.createTransport({
  host: "127.0.0.1",
  port: Number(port),
  secure: false,
  ignoreTLS: true,
  pool: true,
  maxConnections: 10,
  maxMessages: Infinity,
  dkim: key && { domainName: "bytes.example.org", keySelector: "bench", privateKey: readFileSync(key, "utf8") },
});

async function send([to, link]) {
  const personal = (part) => part.replaceAll("{{unsubscribe}}", link).replaceAll("{{address}}", to);
  await transport.sendMail({
    from: "Ada Example <ada@bytes.example.org>",
    to,
    subject,
    list: { unsubscribe: link },
    headers: { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
    html: personal(html),
    text: personal(text),
  });
}

// Twenty at a time keep ten connections busy; all at once would only cost memory.
const rest = recipients.values();
await Promise.all(
  Array.from({ length: 20 }, async () => {
    for (const recipient of rest) await send(recipient);
  }),
);
transport.close();
