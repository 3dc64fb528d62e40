// The settings of how an issue is shown: in the address, in the browser's storage, and in the controls.
//
// The preview's script is these files in a row, in the order of `layout.rs`. No dependencies, no build step. The server
// renders everything; after a change the script loads the page again and replaces the parts marked
// `data-live`. The mail itself is replaced inside its frame, so that it keeps its scroll position.
"use strict";

const find = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];

// The page: "letter", "clients", "compare", "archive", "links", "checks", or "list".
const VIEW = document.body.dataset.view;
const isLetter = VIEW === "letter";
// The one letter of a page; the letters of a page that shows several; all of them.
const frame = find("frame");
const pages = all("iframe[data-client], iframe[data-letter][data-version]");
const mails = all("iframe[data-letter]");
const archive = find("archive");
const frames = archive ? [archive] : mails;
const issue = location.pathname.match(/^\/\d+/)?.[0];

// Pixels, from the narrowest watch to the widest useful window.
const NARROWEST = 240;
const WIDEST = 2000;
const WIDTHS = { letter: [390, 768, 1024], archive: [390, 1024] }[VIEW] ?? [390, 640];

const CHOICES = {
  tab: ["html", "text", "source", "message"],
  scheme: isLetter ? ["light", "dark", "forced"] : ["light", "dark"],
  images: ["on", "off"],
  client: [...(find("client")?.options ?? [])].map((option) => option.value),
  version: ["", ...all("a[data-version]").map((link) => link.dataset.version)],
  part: VIEW === "compare" ? ["sides", "text"] : ["", ...all("a[data-archive-part]").map((link) => link.dataset.archivePart)],
  show: ["all", "error", "warning"],
  only: ["all", "differences"],
};
const REMEMBERED = `newsletter-preview-${VIEW}`;

const DEFAULTS = { scheme: "light", images: "on", width: defaultWidth(), client: "", version: "", part: CHOICES.part[0], as: "" };
const state = { tab: "html", show: "all", only: "all", ...DEFAULTS };

// Settings of the letter that go with it from page to page.
const LOOKS = ["scheme", "images", "as"];

function defaultWidth() {
  return window.innerWidth < 800 ? WIDTHS[0] : WIDTHS.at(-1);
}

// The state before a reload wins over the address, and the address over the last choice.
function loadState() {
  let remembered = {};
  try {
    remembered = JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
  } catch {
    // Storage may be disabled or hold something else; use the defaults.
  }
  applyState(remembered);
  applyState(Object.fromEntries(new URLSearchParams(location.search)));
  applyState(history.state ?? {});
  if (isLetter) applyState({ tab: location.pathname.split("/")[2] ?? "html" });
}

function applyState(source) {
  for (const [name, values] of Object.entries(CHOICES)) {
    if (values.includes(source[name])) state[name] = source[name];
  }
  const width = Number(source.width);
  if (Number.isInteger(width) && NARROWEST <= width && width <= WIDEST) state.width = width;
  if (typeof source.as === "string") state.as = source.as;
}

// Addresses of subscribers are kept out of the browser's storage. A tab is a page of its own, which Back leaves.
function saveState(isNewPage = false) {
  // Only what was chosen: a window of another size has another default width.
  const chosen = ["scheme", "images", "width"].filter((name) => state[name] !== DEFAULTS[name]);
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(Object.fromEntries(chosen.map((name) => [name, state[name]]))));
  } catch {
    // Then the choice lasts as long as the address.
  }
  const address = isLetter ? issue + tabSuffix() : location.pathname;
  const write = isNewPage ? "pushState" : "replaceState";
  const kept = { ...state };
  // The same after a reload: a window that has become wider shows a wide letter.
  if (state.width === DEFAULTS.width) delete kept.width;
  history[write](kept, "", address + query(Object.keys(DEFAULTS)));
}

function tabSuffix() {
  return state.tab === "html" ? "" : `/${state.tab}`;
}

function query(names) {
  const set = names.filter((name) => state[name] !== DEFAULTS[name]);
  const text = new URLSearchParams(set.map((name) => [name, state[name]])).toString();
  return text && `?${text}`;
}

// Settings that change nothing but what of this page is shown.
const LOCAL = ["width", "show", "only"];

function choose(name, value) {
  const isNewPage = name === "tab" && value !== state.tab;
  state[name] = value;
  saveState(isNewPage);
  show();
  if (name === "scheme" && archive) showArchiveScheme();
  if (!LOCAL.includes(name)) refresh();
}

function next(name) {
  const values = CHOICES[name];
  choose(name, values[(values.indexOf(state[name]) + 1) % values.length]);
}

function nextWidth() {
  choose("width", WIDTHS.find((width) => width > state.width) ?? WIDTHS[0]);
}

function show() {
  for (const button of all("[data-setting]")) {
    button.setAttribute("aria-pressed", String(state[button.dataset.setting]) === button.dataset.value);
  }
  find("images")?.setAttribute("aria-pressed", state.images === "on");
  for (const link of all("[data-page]")) link.search = query(LOOKS);
  for (const link of all("a[data-version]")) link.search = withLooks("version", link.dataset.version);
  for (const link of all("a[data-archive-part]")) link.search = withLooks("part", link.dataset.archivePart);
  if (isLetter) showLetterPage();
  if (VIEW === "checks") showFindings();
  if (VIEW === "compare") showComparedPart();
  if (VIEW === "clients") showOnly();
  for (const mail of frames) if (mail !== frame || !isLetter) fitMail(mail);
}

function withLooks(name, value) {
  return `?${new URLSearchParams([...new URLSearchParams(query(LOOKS)), [name, value]])}`;
}

function showLetterPage() {
  for (const tab of all("[data-tab]")) {
    const selected = tab.dataset.tab === state.tab;
    tab.setAttribute("aria-selected", selected);
    tab.tabIndex = selected ? 0 : -1;
    tab.search = query(["scheme", "images", "client", "as"]);
    find(`panel-${tab.dataset.tab}`).hidden = !selected;
  }
  find("view-controls").classList.toggle("idle", state.tab !== "html");
  find("simulation").hidden = state.scheme !== "forced" && !state.client;
  find("client").value = state.client;
  if (document.activeElement !== find("as")) find("as").value = state.as;
  find("clear-recipient").hidden = !state.as;
  for (const link of all("[data-part]")) link.search = query(["as"]);
  for (const link of all("[data-alone]")) link.search = query(["scheme", "images", "client", "as"]);
  const scale = fitMail(frame);
  if (scale) showWidth(scale);
}
