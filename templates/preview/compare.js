// Two letters side by side: what only one has is marked with a line, and the changes are stepped through.

const CHANGED = "#c2410c";

const originalStyles = new Map();

function markDifferences() {
  if (pages.length !== 2 || !pages.every(hasLetter)) return;
  for (const [block, style] of originalStyles) style === null ? block.removeAttribute("style") : block.setAttribute("style", style);
  originalStyles.clear();
  const sides = pages.map((mail) => blocks(mail.contentDocument));
  const [before, now] = sides.map((side) => new Set(side.map(contentOf)));
  const differing = [sides[0].filter((block) => !now.has(contentOf(block))), sides[1].filter((block) => !before.has(contentOf(block)))];
  // Marks everywhere would be of no help.
  if (differing.some((side, number) => side.length > sides[number].length / 2)) return;
  for (const [side, colour] of [[differing[0], "#c0392b"], [differing[1], "#2e8b57"]]) {
    for (const block of side) {
      originalStyles.set(block, block.getAttribute("style"));
      block.style.boxShadow = `-8px 0 0 -4px ${colour}, -12px 0 0 -8px ${colour}`;
    }
  }
}

function showComparedPart() {
  const isText = state.part === "text";
  if (!find("sides")) return;
  find("sides").hidden = isText;
  find("changes").hidden = isText;
  find("difference").hidden = !isText;
  find("next-change").hidden = isText || !document.querySelector(".change");
}

function showChange(change) {
  for (const other of all(".change")) other.ariaCurrent = other === change ? "true" : null;
  change.scrollIntoView({ block: "nearest" });
  const blocks = [change.dataset.before, change.dataset.after].map((number, side) => numberedBlock(pages[side], number));
  for (const mail of pages) removeMarks(mail);
  for (const [side, block] of blocks.entries()) {
    if (!block) continue;
    led.add(pages[side]);
    scrollToBlock(pages[side], block);
    const scale = pages[side].getBoundingClientRect().width / pages[side].offsetWidth || 1;
    mark(pages[side], block, "", CHANGED, scale);
  }
  // A letter that did not have to move tells of no scrolling.
  setTimeout(() => led.clear(), 100);
}

function nextChange() {
  const changes = all(".change");
  const at = changes.findIndex((change) => change.ariaCurrent);
  const next = changes[(at + 1) % changes.length];
  if (!next) return;
  next.focus();
  showChange(next);
}
