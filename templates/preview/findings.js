// Links findings and the mail both ways: pointing at a finding highlights its part of the mail, and pointing at a part of
// the mail highlights its findings.

// The links of the mail, in the order of the issue: a lead, those with a row of their own, and those in compact lists.
const LINKS = ".lead, .link, .brief, .sponsored, .list > ul > li";

let highlighted = null;

function highlight(finding) {
  if (highlighted) highlighted.style.outline = "";
  highlighted = targetOf(finding?.dataset.target);
  if (!highlighted) return;
  highlighted.style.outline = "3px solid #d9822b";
  highlighted.scrollIntoView({ block: "nearest" });
}

function targetOf(name) {
  const mail = frame.contentDocument;
  if (!name || !mail) return null;
  if (name === "inbox") return find("inbox");
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

async function copyPlace(finding) {
  const where = finding.querySelector(".where");
  const words = where.textContent;
  await navigator.clipboard.writeText(finding.dataset.place);
  find("status").textContent = `Copied ${finding.dataset.place}`;
  where.textContent = `copied ${finding.dataset.place}`;
  setTimeout(() => (where.textContent = words), 1500);
}

function nextFinding() {
  const findings = all(".finding[title]");
  findings[(findings.indexOf(document.activeElement) + 1) % findings.length]?.focus();
}
