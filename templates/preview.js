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
};
const REMEMBERED = "newsletter-preview";

const find = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];

const frame = find("frame");
const boot = document.body.dataset.boot;
let generation = document.body.dataset.generation;

// How the issue is looked at: as this page was before it was loaded again; else as the address says; else as last chosen.

const state = { tab: "html", scheme: "light", images: "on", width: defaultWidth(), as: "" };

function defaultWidth() {
  return window.innerWidth < 800 ? "phone" : "desktop";
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
    localStorage.setItem(REMEMBERED, JSON.stringify({ ...state, as: undefined }));
  } catch {
    // Then it lasts as long as the address.
  }
  history.replaceState(state, "", location.pathname + query(Object.keys(state)));
}

function query(names) {
  const defaults = { tab: "html", scheme: "light", images: "on", width: defaultWidth(), as: "" };
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
  find("images").setAttribute("aria-pressed", state.images === "on");
  find("looks").classList.toggle("idle", state.tab !== "html");
  find("simulation").hidden = state.scheme !== "forced";
  if (document.activeElement !== find("as")) find("as").value = state.as;
  for (const link of all("[data-part]")) link.search = query(["as"]);
  fit();
}

// A width that does not fit is shown smaller, never narrower: the mail's own rules for narrow screens must not apply.
function fit() {
  const ground = find("ground");
  if (!ground.clientWidth) return;
  const width = WIDTHS[state.width];
  const scale = Math.min(1, ground.clientWidth / width);
  frame.style.width = `${width}px`;
  frame.style.height = `${ground.clientHeight / scale}px`;
  frame.style.transform = `scale(${scale}) translateX(-50%)`;
  find("measure").textContent = `${width} px wide` + (scale < 1 ? `, shown at ${Math.round(scale * 100)} %` : "");
}

// Asking again.

let asking = new AbortController();

async function refresh() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const looks = ["scheme", "images", "as"];
  try {
    const [page, mail] = await Promise.all([
      text(location.pathname + query(["tab", ...looks]), signal),
      frame && state.tab === "html" ? text(`${location.pathname}/frame${query(looks)}`, signal) : null,
    ]);
    if (mail !== null) await framed(signal);
    if (signal.aborted) return;
    replaceLiveParts(new DOMParser().parseFromString(page, "text/html"));
    if (mail !== null) paint(mail);
  } catch (error) {
    // An aborted question has been asked again; a lost server shows at the connection.
    if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
  }
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
async function framed(signal) {
  while (!signal.aborted) {
    const mail = frame.contentDocument;
    if (mail?.URL.includes("/frame") && mail.readyState !== "loading") return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function paint(source) {
  const mail = frame.contentWindow;
  const { scrollX, scrollY } = mail;
  // Parsed under the frame's own content policy, which allows the styles a mail needs.
  const fresh = new mail.DOMParser().parseFromString(source, "text/html");
  mail.document.replaceChild(mail.document.adoptNode(fresh.documentElement), mail.document.documentElement);
  mail.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
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
    else if (String(news.generation) !== generation) refresh();
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
  v: () => find("as").focus(),
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
  const { tab, setting, value, copy: source } = button.dataset;
  if (tab) choose("tab", tab);
  else if (setting) choose(setting, value);
  else if (source) copy(button);
  else if (button.id === "images") next("images");
  else if (button.id === "help") find("keys").showModal();
  else if (button.id === "nobody") choose("as", "");
}

function startStudio() {
  const served = location.search;
  recall();
  remember();
  show();
  if (location.search !== served) refresh();
  new ResizeObserver(fit).observe(find("ground"));
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
  document.addEventListener("change", ({ target }) => {
    if (target.id === "issue") location.assign(`/${target.value}${query(Object.keys(state))}`);
    if (target.id === "as" && target.reportValidity()) choose("as", target.value.trim());
  });
  find("as").addEventListener("input", suggest);
  find("as").addEventListener("focus", suggest);
  document.querySelector("[role=tablist]").addEventListener("keydown", turnTab);
  const forwardKeys = () => frame.contentDocument?.addEventListener("keydown", pressed);
  frame.addEventListener("load", forwardKeys);
  forwardKeys();
}

if (frame) startStudio();
document.addEventListener("visibilitychange", listen);
listen();
