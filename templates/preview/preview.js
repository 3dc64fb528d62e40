// The controls: buttons, fields, keys.

// Keys.

const KEYS = issue
  ? {
      1: () => find("tab-html")?.click(),
      2: () => find("tab-text")?.click(),
      3: () => find("tab-source")?.click(),
      4: () => find("tab-message")?.click(),
      w: nextWidth,
      s: () => next("scheme"),
      d: () => VIEW === "clients" && next("only"),
      i: () => next("images"),
      m: () => find("client") && next("client"),
      n: () => ({ checks: nextFinding, compare: nextChange })[VIEW]?.(),
      p: nextPart,
      x: () => VIEW === "compare" && next("part"),
      r: () => find("check-links")?.click(),
      t: () => find("send-test")?.click(),
      v: () => (VIEW === "compare" ? nextVersion() : find("as")?.focus()),
      h: () => openPage("h"),
      c: () => openPage("c"),
      b: () => openPage("b"),
      a: () => openPage("a"),
      e: () => openPage("e"),
      g: () => openPage("g"),
      j: () => openNeighbour("next"),
      k: () => openNeighbour("prev"),
      l: () => location.assign("/"),
    }
  : { j: () => stepInList(1), k: () => stepInList(-1) };
if (VIEW === "links") {
  // Here `l`, `b`, `s` and `w` are those of the link, whatever they are elsewhere.
  Object.assign(KEYS, { j: () => stepLink(1), k: () => stepLink(-1), o: openLink, u: () => find("undo").click() });
  for (const key of "lbswx123456789") KEYS[key] = () => pressLink(key);
}
KEYS["?"] = () => find("keys").showModal();

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || find("keys").open) return;
  if (event.key === "Escape") return closeToast();
  if (event.target.closest?.("input, select, textarea")) return;
  const action = KEYS[event.key];
  // A key that is held down steps on; it does nothing else twice.
  if (!action || (event.repeat && !["j", "k", "n"].includes(event.key))) return;
  event.preventDefault();
  action();
}

function openNeighbour(relation) {
  const address = document.querySelector(`a[rel="${relation}"]`)?.getAttribute("href");
  if (address) location.assign(address + (isLetter ? tabSuffix() : "") + query(Object.keys(DEFAULTS)));
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
  const { tab, setting, value, copy: source, clip, address } = button.dataset;
  if (tab) {
    event.preventDefault();
    choose("tab", tab);
  } else if (setting) choose(setting, setting === "width" ? Number(value) : value);
  else if (source) copyText(find(source).querySelector("pre").textContent, `Copied the ${source}`);
  else if (clip) copyText(clip, `Copied ${clip}`);
  else if (address) runAction(button);
  else if (button.matches(".change")) showChange(button);
  else if (button.id === "images") next("images");
  else if (button.id === "only") next("only");
  else if (button.id === "next-change") nextChange();
  else if (button.id === "help") find("keys").showModal();
  else if (button.id === "clear-recipient") readAs("");
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
    if (target.id === "as" && target.reportValidity()) readAs(target.value.trim());
  });
  for (const mail of frames) {
    new ResizeObserver(() => show()).observe(mail.parentElement);
    mail.addEventListener("load", () => attachTo(mail));
    attachTo(mail);
  }
  if (isLetter) startLetterPage();
  if (VIEW === "checks") startFindings();
  if (VIEW === "links") startLinks();
}

// Keys and clicks inside a mail count too. Its document stays when the letter in it is replaced.
function attachTo(mail) {
  const inside = mail.contentDocument;
  inside?.addEventListener("keydown", onKey);
  if (VIEW === "checks") {
    inside?.addEventListener("mouseover", showFindingsAt);
    inside?.addEventListener("click", focusFinding);
    highlight(chosenFinding());
  }
  if (pages.includes(mail) && inside) inside.onscroll = () => scrollAlong(mail);
  if (VIEW === "compare") markDifferences();
  if (VIEW === "clients") compareClients();
}

function startLetterPage() {
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
restoreToast();
document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
document.addEventListener("visibilitychange", listen);
listen();
