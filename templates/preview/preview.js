// The controls: buttons, fields, keys.

// The two actions that reach other machines: sending the test mail, and checking the links.
async function runAction(button) {
  const { address, token, reply: id, pending } = button.dataset;
  const reply = find(id);
  button.disabled = true;
  reply.hidden = false;
  reply.className = "reply";
  reply.textContent = pending;
  try {
    const answer = await fetch(address, { method: "POST", headers: { "x-newsletter-token": token } });
    reply.textContent = await answer.text();
    reply.classList.toggle("wrong", !answer.ok);
    if (answer.ok) refresh();
  } catch {
    reply.textContent = "No response from the preview; the outcome is unknown.";
    reply.classList.add("wrong");
  }
  button.disabled = false;
}

// Choosing a recipient: suggests matching subscribers while typing.

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

async function copy(button) {
  const lines = find(button.dataset.copy).querySelector("pre").textContent;
  await navigator.clipboard.writeText(lines);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), 1500);
}

// Keys.

const KEYS = issue
  ? {
      1: () => find("tab-html")?.click(),
      2: () => find("tab-text")?.click(),
      3: () => find("tab-source")?.click(),
      4: () => find("tab-message")?.click(),
      w: nextWidth,
      d: () => next("scheme"),
      i: () => next("images"),
      m: () => find("client") && next("client"),
      n: nextFinding,
      r: () => find("check-links")?.click(),
      t: () => find("send-test")?.click(),
      v: () => find("as")?.focus(),
      e: nextVersion,
      h: () => openPage("h"),
      c: () => openPage("c"),
      b: () => openPage("b"),
      j: () => openNeighbour("next"),
      k: () => openNeighbour("prev"),
      l: () => location.assign("/"),
    }
  : { j: () => stepInList(1), k: () => stepInList(-1) };
KEYS["?"] = () => find("keys").showModal();

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || find("keys").open) return;
  if (event.target.closest?.("input, select, textarea")) return;
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function openNeighbour(relation) {
  const address = document.querySelector(`a[rel="${relation}"]`)?.getAttribute("href");
  if (address) location.assign(address + (frame ? tabSuffix() : "") + query(Object.keys(DEFAULTS)));
}

function openPage(key) {
  document.querySelector(`[data-page="${key}"]`)?.click();
}

function nextVersion() {
  const links = all("a[data-version]");
  const chosen = links.findIndex((link) => link.ariaCurrent);
  links[(chosen + 1) % links.length]?.click();
}

function stepInList(step) {
  const issues = all(".issues a");
  const at = issues.indexOf(document.activeElement);
  issues[at < 0 ? 0 : Math.min(issues.length - 1, Math.max(0, at + step))]?.focus();
}

function stepTab(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const tabs = CHOICES.tab;
  choose("tab", tabs[(tabs.indexOf(state.tab) + step + tabs.length) % tabs.length]);
  find(`tab-${state.tab}`).focus();
}

function onClick(event) {
  const button = event.target.closest("button, [data-tab]");
  // A tab is a link: with a key held it opens elsewhere, as links do.
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { tab, setting, value, copy: source, place, address } = button.dataset;
  if (tab) {
    event.preventDefault();
    choose("tab", tab);
  } else if (setting) choose(setting, setting === "width" ? Number(value) : value);
  else if (source) copy(button);
  else if (place) copyPlace(button);
  else if (address) runAction(button);
  else if (button.id === "images") next("images");
  else if (button.id === "help") find("keys").showModal();
  else if (button.id === "clear-recipient") choose("as", "");
}

function startIssue() {
  const served = location.search;
  loadState();
  saveState();
  show();
  if (location.search !== served) refresh();
  document.addEventListener("change", ({ target }) => {
    if (target.id === "issue") location.assign(`/${target.value}${target.dataset.suffix}${query(["scheme", "images", "width", "as"])}`);
    if (target.id === "client") choose("client", target.value);
    if (target.id === "as" && target.reportValidity()) choose("as", target.value.trim());
  });
  for (const mail of mails) {
    new ResizeObserver(() => show()).observe(mail.parentElement);
    mail.addEventListener("load", () => attachTo(mail));
    attachTo(mail);
  }
  if (frame) startLetterPage();
}

// Keys and clicks inside a mail count too. Its document stays when the letter in it is replaced.
function attachTo(mail) {
  const inside = mail.contentDocument;
  inside?.addEventListener("keydown", onKey);
  if (frame) {
    inside?.addEventListener("mouseover", showFindingsAt);
    inside?.addEventListener("click", focusFinding);
  } else if (mail.dataset.version !== undefined) {
    if (inside) inside.onscroll = () => scrollAlong(mail);
    markDifferences();
  }
}

function startLetterPage() {
  const aside = document.querySelector("aside");
  for (const event of ["mouseover", "focusin"]) {
    aside.addEventListener(event, ({ target }) => highlight(target.closest(".finding")));
  }
  aside.addEventListener("mouseleave", () => highlight(null));
  frame.addEventListener("mouseleave", () => showFindingsAt({ target: document.body }));
  find("as").addEventListener("input", suggest);
  find("as").addEventListener("focus", suggest);
  document.querySelector("[role=tablist]").addEventListener("keydown", stepTab);
  const handle = find("handle");
  handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
  handle.addEventListener("pointermove", drag);
  handle.addEventListener("lostpointercapture", () => saveState());
  handle.addEventListener("keydown", stepWidth);
  window.addEventListener("popstate", () => {
    loadState();
    show();
    refresh();
  });
}

if (issue) startIssue();
else follow();
document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
document.addEventListener("visibilitychange", listen);
listen();
