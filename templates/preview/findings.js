// Links findings and the mail both ways: choosing a finding shows its place, in the mail and in the file, and pointing at a
// part of the mail highlights its findings.

// The links of the mail, in the order of the issue: a lead, those with a row of their own, and those in compact lists.
const LINKS = ".lead, .link, .brief, .sponsored, .list > ul > li";

// Fewer letters than these may be in any block.
const SHORTEST_LINE = 8;

let highlighted = null;

function highlight(finding) {
  if (highlighted) highlighted.style.outline = "";
  highlighted = targetOf(finding?.dataset.target) ?? blockSaying(finding);
  if (!highlighted) return;
  highlighted.style.outline = "3px solid #c2410c";
  highlighted.style.outlineOffset = "4px";
  // Not `scrollIntoView`, which moves the page around the frame too.
  scrollToBlock(frame, highlighted);
}

// The finding that has the focus, or else the one that was chosen last.
function chosenFinding() {
  return document.activeElement.closest?.(".finding") ?? document.querySelector(".finding.chosen");
}

// Shows the place of a finding beside the list.
function showFinding(finding) {
  for (const other of all(".finding")) other.classList.toggle("chosen", other === finding);
  const excerpt = find(finding?.dataset.excerpt)?.content.cloneNode(true);
  find("excerpt").replaceChildren(...(excerpt ? [excerpt] : []));
  highlight(finding);
  const words = find("where-words");
  words.hidden = Boolean(excerpt);
  words.textContent = finding ? "It is about no single place." : "Choose a finding to see its place.";
}

// The block of the mail that says what the line of the finding says.
function blockSaying(finding) {
  const mail = frame?.contentDocument;
  const line = find(finding?.dataset.excerpt)?.content.querySelector(".at");
  if (!mail?.body || !line) return null;
  const words = line.lastChild.textContent.replace(/^\s*[a-z_]+\s*=\s*/, "").replaceAll(/["'*_`>#]/g, "").trim();
  if (words.length < SHORTEST_LINE) return null;
  return blocks(mail).find((block) => block.textContent.replaceAll(/["'*_`>#]/g, "").includes(words)) ?? null;
}

function targetOf(name) {
  const mail = frame?.contentDocument;
  if (!name || !mail) return null;
  if (name === "inbox") return null;
  if (name === "title") return mail.querySelector("h1");
  return links(mail)[Number(name.slice("link ".length))] ?? null;
}

function links(mail) {
  return [...mail.querySelectorAll(LINKS)];
}

// The findings about the part of the mail that contains `element`.
function findingsAt(element) {
  const link = element.closest?.(LINKS);
  const name = link ? `link ${links(frame.contentDocument).indexOf(link)}` : element.closest?.("h1") && "title";
  return name ? all(`.finding[data-target="${name}"]`) : [];
}

function showFindingsAt({ target }) {
  const here = findingsAt(target);
  for (const finding of all(".finding.highlighted")) {
    if (!here.includes(finding)) finding.classList.remove("highlighted");
  }
  for (const finding of here) finding.classList.add("highlighted");
  here[0]?.scrollIntoView({ block: "nearest" });
}

// A click outside the mail's own links focuses the first finding of that part, so that Enter opens or copies its place.
function focusFinding({ target }) {
  if (!target.closest?.("a") && frame.contentWindow.getSelection().isCollapsed) findingsAt(target)[0]?.focus();
}

function nextFinding() {
  const findings = all(".finding").filter((finding) => !finding.hidden);
  findings[(findings.indexOf(document.activeElement.closest(".finding")) + 1) % findings.length]?.focus();
}

function showFindings() {
  for (const finding of all(".finding")) finding.hidden = state.show !== "all" && finding.dataset.kind !== state.show;
}

function startFindings() {
  const list = find("checks");
  list.addEventListener("focusin", ({ target }) => showFinding(target.closest(".finding")));
  list.addEventListener("click", ({ target }) => {
    const finding = target.closest(".finding");
    if (finding && !target.closest("a, button")) finding.focus();
  });
  list.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches(".finding")) event.target.querySelector(".primary-action")?.click();
  });
  const first = document.querySelector(".finding");
  if (first) showFinding(first);
}
