// Findings and the mail, linked both ways: the finding that is pointed at shows in the mail, the part of the mail that is
// pointed at shows its findings.

let pointedAt = null;

function point(finding) {
  if (pointedAt) pointedAt.style.outline = "";
  pointedAt = blockOf(finding?.dataset.block);
  if (!pointedAt) return;
  pointedAt.style.outline = "3px solid #d9822b";
  pointedAt.scrollIntoView({ block: "nearest" });
}

function blockOf(name) {
  const mail = frame.contentDocument;
  if (!name || !mail) return null;
  if (name === "inbox") return find("inbox");
  if (name === "title") return mail.querySelector("h1");
  return links(mail)[Number(name.slice("link ".length))] ?? null;
}

function links(mail) {
  return [...mail.querySelectorAll(".link")];
}

// The findings about the part of the mail that `element` is in.
function findingsAt(element) {
  const link = element.closest?.(".link");
  const name = link ? `link ${links(frame.contentDocument).indexOf(link)}` : element.closest?.("h1") && "title";
  return name ? all(`.finding[data-block="${name}"]`) : [];
}

function showFindingsAt({ target }) {
  const here = findingsAt(target);
  for (const finding of all(".finding.here")) {
    if (!here.includes(finding)) finding.classList.remove("here");
  }
  for (const finding of here) finding.classList.add("here");
  here[0]?.scrollIntoView({ block: "nearest" });
}

// A click beside the mail's own links takes up the first finding there: Enter then opens or copies its place.
function takeUpFinding({ target }) {
  if (!target.closest?.("a") && frame.contentWindow.getSelection().isCollapsed) findingsAt(target)[0]?.focus();
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
  const findings = all(".finding[title]");
  findings[(findings.indexOf(document.activeElement) + 1) % findings.length]?.focus();
}
