// The preview's controls and its live reload. No dependencies, no build step.
//
// The server renders everything; this script asks for the page again when something changed and replaces the parts
// marked `data-live`. The mail itself is replaced inside its frame, so that it stays where it was scrolled to.
"use strict";

const WIDTHS = { phone: 390, tablet: 768, desktop: 1024 };
const CHOICES = {
  tab: ["html", "text", "source", "message"],
  scheme: ["light", "dark", "forced"],
  images: ["on", "off"],
  width: Object.keys(WIDTHS),
  client: [""],
};

const find = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];

const frame = find("frame");
const pages = all("iframe[data-client], iframe[data-version]");
const mails = frame ? [frame] : pages;
const issue = location.pathname.match(/^\/\d+/)?.[0];
if (find("client")) CHOICES.client = [...find("client").options].map((option) => option.value);
if (!frame) CHOICES.scheme = ["light", "dark"];
if (!frame) CHOICES.width = ["phone", "desktop"];
const REMEMBERED = frame ? "newsletter-preview" : "newsletter-preview-pages";
const boot = document.body.dataset.boot;
let generation = document.body.dataset.generation;

// How the issue is looked at: as this page was before it was loaded again; else as the address says; else as last chosen.

const state = { tab: "html", scheme: "light", images: "on", width: defaultWidth(), client: "", as: "" };

function defaultWidth() {
  return !frame || window.innerWidth < 800 ? "phone" : "desktop";
}

function recall() {
  let remembered = {};
  try {
    remembered = JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
  } catch {
    // Storage may be off or hold something else; the defaults do.
  }
  const address = Object.fromEntries(new URLSearchParams(location.search));
  for (const source of [remembered, address, history.state ?? {}]) {
    for (const [name, values] of Object.entries(CHOICES)) {
      if (values.includes(source[name])) state[name] = source[name];
    }
    if (typeof source.as === "string") state.as = source.as;
  }
}

// Readers' addresses stay in the address line; the browser's storage need not have them.
function remember() {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify({ ...state, as: undefined, client: undefined }));
  } catch {
    // Then it lasts as long as the address.
  }
  history.replaceState(state, "", location.pathname + query(Object.keys(state)));
}

function query(names) {
  const defaults = { tab: "html", scheme: "light", images: "on", width: defaultWidth(), client: "", as: "" };
  const set = names.filter((name) => state[name] !== defaults[name]);
  const text = new URLSearchParams(set.map((name) => [name, state[name]])).toString();
  return text && `?${text}`;
}

function choose(name, value) {
  state[name] = value;
  remember();
  show();
  if (name !== "width") refresh();
}

function next(name) {
  const values = CHOICES[name];
  choose(name, values[(values.indexOf(state[name]) + 1) % values.length]);
}

// What the state looks like on the controls.

function show() {
  for (const button of all("[data-tab]")) {
    const selected = button.dataset.tab === state.tab;
    button.setAttribute("aria-selected", selected);
    button.tabIndex = selected ? 0 : -1;
    find(`panel-${button.dataset.tab}`).hidden = !selected;
  }
  for (const button of all("[data-setting]")) {
    button.setAttribute("aria-pressed", state[button.dataset.setting] === button.dataset.value);
  }
  find("images")?.setAttribute("aria-pressed", state.images === "on");
  for (const link of all("[data-page]")) link.search = query(["scheme", "images", "as"]);
  if (frame) showStudio();
  for (const mail of pages) fit(mail);
}

function showStudio() {
  find("looks").classList.toggle("idle", state.tab !== "html");
  find("simulation").hidden = state.scheme !== "forced" && !state.client;
  find("client").value = state.client;
  if (document.activeElement !== find("as")) find("as").value = state.as;
  for (const link of all("[data-part]")) link.search = query(["as"]);
  const scale = fit(frame);
  const width = WIDTHS[state.width];
  if (scale) find("measure").textContent = `${width} px wide` + (scale < 1 ? `, shown at ${Math.round(scale * 100)} %` : "");
}

// A width that does not fit is shown smaller, never narrower: the mail's own rules for narrow screens must not apply.
// Answers how much smaller; nothing when it is not shown at all.
function fit(mail) {
  const ground = mail.parentElement;
  if (!ground.clientWidth) return 0;
  const width = Math.max(WIDTHS[state.width], mail.dataset.least ?? 0);
  const scale = Math.min(1, ground.clientWidth / width);
  mail.style.width = `${width}px`;
  mail.style.height = `${ground.clientHeight / scale}px`;
  mail.style.transform = `scale(${scale}) translateX(-50%)`;
  return scale;
}

// Asking again.

let asking = new AbortController();

// The mail shows as soon as it is there; what there is to know of it may take longer.
async function refresh(isSaved = false) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const looks = ["scheme", "images", "as"];
  const frames = frame && state.tab !== "html" ? [] : mails;
  const showMail = async (mail) => {
    const source = await text(frameAddress(looks, mail.dataset), signal);
    await framed(mail, signal);
    if (!signal.aborted) paint(mail, source, isSaved);
  };
  const showPage = async () => {
    const page = await text(location.pathname + query(["tab", "client", ...looks]), signal);
    if (signal.aborted) return;
    const fresh = new DOMParser().parseFromString(page, "text/html");
    // There is a first letter to show, or a first one to compare it with.
    if (fresh.querySelectorAll("iframe").length !== mails.length) location.reload();
    else replaceLiveParts(fresh);
  };
  try {
    await Promise.all([...frames.map(showMail), showPage()]);
  } catch (error) {
    // An aborted question has been asked again; a lost server shows at the connection.
    if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
  }
}

function frameAddress(looks, { client = state.client, version }) {
  const words = new URLSearchParams(query(looks));
  if (client) words.set("client", client);
  if (version) words.set("version", version);
  return `${issue}/frame?${words}`;
}

async function text(address, signal) {
  return (await fetch(address, { signal, cache: "no-store" })).text();
}

function replaceLiveParts(page) {
  document.title = page.title;
  if (page.body.dataset.generation !== generation) {
    generation = page.body.dataset.generation;
    find("connection").textContent = `updated ${new Date().toLocaleTimeString()}`;
  }
  for (const part of all("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (!fresh || fresh.innerHTML === part.innerHTML) continue;
    const open = [...part.querySelectorAll("details[open]")].map((details) => details.id);
    part.replaceChildren(...fresh.childNodes);
    for (const id of open) find(id)?.setAttribute("open", "");
  }
}

// The first document of the frame must be there before it can be replaced.
async function framed(mailFrame, signal) {
  while (!signal.aborted) {
    const mail = mailFrame.contentDocument;
    if (mail?.URL.includes("/frame") && mail.readyState !== "loading") return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function paint(mailFrame, source, isSaved) {
  const mail = mailFrame.contentWindow;
  const { scrollX, scrollY } = mail;
  const before = new Set(blocks(mail.document).map((block) => block.outerHTML));
  // Parsed under the frame's own content policy, which allows the styles a mail needs.
  const fresh = new mail.DOMParser().parseFromString(source, "text/html");
  mail.document.replaceChild(mail.document.adoptNode(fresh.documentElement), mail.document.documentElement);
  mail.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
  point(document.querySelector(".finding:is(:hover, :focus)"));
  if (isSaved) flash(blocks(mail.document).filter((block) => !before.has(block.outerHTML)));
}

// What a change can be pointed at in.
function blocks(mail) {
  return [...mail.querySelectorAll("h1, h2, h3, p, li, img")];
}

// What a save changed lights up for a moment; not when it is nearly everything, nor for who wants no motion.
function flash(changed) {
  if (changed.length > 12 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const block of changed) {
    block.animate([{ boxShadow: "0 0 0 6px #f2c14e", backgroundColor: "#f2c14e" }, { boxShadow: "0 0 0 6px transparent" }], 600);
  }
}

// Findings: the one that is pointed at shows in the mail, the one that is clicked gives its place.

let pointedAt = null;

function point(finding) {
  if (pointedAt) pointedAt.style.outline = "";
  const href = finding?.dataset.href;
  const links = href ? [...(frame.contentDocument?.links ?? [])] : [];
  pointedAt = links.find((link) => link.href === href)?.closest("td") ?? null;
  if (!pointedAt) return;
  pointedAt.style.outline = "3px solid #d9822b";
  pointedAt.scrollIntoView({ block: "nearest" });
}

async function copyPlace(finding) {
  const where = finding.querySelector(".where");
  const words = where.textContent;
  await navigator.clipboard.writeText(finding.dataset.place);
  find("said").textContent = `Copied ${finding.dataset.place}`;
  where.textContent = `copied ${finding.dataset.place}`;
  setTimeout(() => (where.textContent = words), 1500);
}

function nextFinding() {
  const findings = all("button.finding");
  findings[(findings.indexOf(document.activeElement) + 1) % findings.length]?.focus();
}

// The one thing here that leaves the machine: a mail to whoever is configured to get tests.

async function sendTest(button) {
  const reply = find("test-reply");
  button.disabled = true;
  reply.hidden = false;
  reply.className = "reply";
  reply.textContent = "Sending…";
  try {
    const { address, token } = button.dataset;
    const answer = await fetch(address, { method: "POST", headers: { "x-newsletter-token": token } });
    reply.textContent = await answer.text();
    reply.classList.toggle("wrong", !answer.ok);
  } catch {
    reply.textContent = "The preview did not answer; whether the mail was sent is not known.";
    reply.classList.add("wrong");
  }
  button.disabled = false;
}

// Hearing of changes. A hidden page lets go of its connection, since a browser keeps only six to one server.

let events = null;

function listen() {
  events?.close();
  events = null;
  if (document.hidden) return;
  events = new EventSource("/events");
  events.onopen = () => connection("live", "live");
  events.onerror = () => {
    connection("lost", "disconnected, retrying");
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
  };
  events.onmessage = (event) => {
    const news = JSON.parse(event.data);
    if (news.boot !== boot) location.reload();
    else if (String(news.generation) !== generation) refresh(true);
  };
}

function connection(kind, words) {
  const badge = find("connection");
  badge.className = kind;
  badge.textContent = words;
}

// Choosing a reader: a few of the list, as it is typed.

let typing = 0;

function suggest() {
  clearTimeout(typing);
  typing = setTimeout(async () => {
    const answer = await fetch(`/subscribers?${new URLSearchParams({ q: find("as").value })}`);
    if (!answer.ok) return;
    const people = (await answer.json()).map(({ address, name }) => {
      const option = document.createElement("option");
      option.value = address;
      if (name) option.label = `${name} · ${address}`;
      return option;
    });
    find("people").replaceChildren(...people);
  }, 80);
}

// Keys.

const KEYS = {
  1: () => choose("tab", "html"),
  2: () => choose("tab", "text"),
  3: () => choose("tab", "source"),
  4: () => choose("tab", "message"),
  w: () => next("width"),
  d: () => next("scheme"),
  i: () => next("images"),
  m: () => next("client"),
  n: nextFinding,
  t: () => find("send-test")?.click(),
  v: () => find("as")?.focus(),
  h: () => turnPage("h"),
  c: () => turnPage("c"),
  b: () => turnPage("b"),
  j: () => visit("next"),
  k: () => visit("prev"),
  l: () => location.assign("/"),
  "?": () => find("keys").showModal(),
};

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || find("keys").open) return;
  if (event.target.closest?.("input, select, textarea")) return;
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function visit(relation) {
  const address = document.querySelector(`a[rel="${relation}"]`)?.getAttribute("href");
  if (address) location.assign(address + query(Object.keys(state)));
}

function turnPage(key) {
  document.querySelector(`[data-page="${key}"]`)?.click();
}

function turnTab(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const tabs = CHOICES.tab;
  choose("tab", tabs[(tabs.indexOf(state.tab) + step + tabs.length) % tabs.length]);
  find(`tab-${state.tab}`).focus();
}

async function copy(button) {
  const lines = find(button.dataset.copy).querySelector("pre").textContent;
  await navigator.clipboard.writeText(lines);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), 1500);
}

function clicked(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const { tab, setting, value, copy: source, place } = button.dataset;
  if (tab) choose("tab", tab);
  else if (setting) choose(setting, value);
  else if (source) copy(button);
  else if (place) copyPlace(button);
  else if (button.id === "send-test") sendTest(button);
  else if (button.id === "images") next("images");
  else if (button.id === "help") find("keys").showModal();
  else if (button.id === "nobody") choose("as", "");
}

function startIssue() {
  const served = location.search;
  recall();
  remember();
  show();
  if (location.search !== served) refresh();
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
  document.addEventListener("change", ({ target }) => {
    if (target.id === "issue") location.assign(`/${target.value}${target.dataset.suffix}${query(Object.keys(state))}`);
    if (target.id === "client") choose("client", target.value);
    if (target.id === "as" && target.reportValidity()) choose("as", target.value.trim());
  });
  for (const mail of mails) {
    new ResizeObserver(() => show()).observe(mail.parentElement);
    const forwardKeys = () => mail.contentDocument?.addEventListener("keydown", pressed);
    mail.addEventListener("load", forwardKeys);
    forwardKeys();
  }
  if (frame) startStudio();
}

function startStudio() {
  for (const event of ["mouseover", "focusin"]) {
    document.querySelector("aside").addEventListener(event, ({ target }) => point(target.closest(".finding")));
  }
  document.querySelector("aside").addEventListener("mouseleave", () => point(null));
  find("as").addEventListener("input", suggest);
  find("as").addEventListener("focus", suggest);
  document.querySelector("[role=tablist]").addEventListener("keydown", turnTab);
}

if (issue) startIssue();
document.addEventListener("visibilitychange", listen);
listen();
