// The clients beside the letter as sent: what the server knows to be lost in them, and what this browser measures.

const FAULT = "#c0392b";
const DIFFERENCE = "#b4560b";

// Pixels by which a block may differ unseen.
const UNSEEN = 2;

let comparing = 0;

// Compared once all letters are there, and drawn.
function compareClients() {
  cancelAnimationFrame(comparing);
  comparing = requestAnimationFrame(() => {
    if (!pages.every(hasLetter)) return;
    const sent = pages.find((mail) => !mail.dataset.client);
    removeMarks(sent);
    for (const mail of pages) if (mail !== sent) compareClient(sent, mail);
    showOnly();
  });
}

function compareClient(sent, mail) {
  removeMarks(mail);
  const card = mail.closest("li");
  const faults = [...card.querySelectorAll(".fault")].map((fault) => ({
    block: numberedBlock(mail, fault.dataset.element) ?? nearest(sent, mail, fault.dataset.element),
    what: fault.textContent,
    isFault: true,
  }));
  const marked = new Set(faults.map(({ block }) => block));
  const found = [...faults, ...differences(sent, mail).filter(({ block }) => !marked.has(block))];
  const scale = mail.getBoundingClientRect().width / mail.offsetWidth || 1;
  for (const { block, what, isFault } of found) if (block) mark(mail, block, what, isFault ? FAULT : DIFFERENCE, scale);
  const recolours = card.querySelector(".recolours")?.textContent;
  showVerdict(card, found, recolours);
  listDifferences(card, mail, found);
}

// An element that is lost is marked where it would be: at the last one before it that is there.
function nearest(sent, mail, number) {
  const before = [...sent.contentDocument.querySelectorAll("[data-sent-element]")].map((there) => Number(there.dataset.sentElement));
  const earlier = before.filter((other) => other < Number(number)).reverse();
  for (const other of earlier) {
    const block = numberedBlock(mail, other);
    if (block && block.getBoundingClientRect().height) return block;
  }
  return null;
}

// What is measured: pictures, sizes of letters, places and widths of blocks. One of each kind stands for all of it, with
// the first place it is seen at.
function differences(sent, mail) {
  const hasOtherWidth = mail.offsetWidth !== sent.offsetWidth;
  const recolours = mail.closest("li").querySelector(".recolours");
  const byKey = new Map(blocks(mail.contentDocument).map((block) => [keyOf(block), block]));
  const kinds = new Map();
  const found = (kind, block, what) => {
    const known = kinds.get(kind);
    if (known) known.more += 1;
    else kinds.set(kind, { block, what, more: 0, isFault: false });
  };
  for (const block of blocks(sent.contentDocument)) {
    const before = block.getBoundingClientRect();
    if (!before.height || !before.width) continue;
    const other = numberedBlock(mail, block.dataset.sentElement) ?? byKey.get(keyOf(block));
    const after = other?.getBoundingClientRect();
    // A text without its element may still be there; the server knows what is lost.
    if (!after?.height) continue;
    const [old, now] = [block, other].map((one) => one.ownerDocument.defaultView.getComputedStyle(one));
    // At another width the letter's own rules may apply to other sizes.
    if (!hasOtherWidth && old.fontSize !== now.fontSize) found("size", other, `text of ${pixels(now.fontSize)}, not ${pixels(old.fontSize)}`);
    if (old.fontFamily !== now.fontFamily) found("face", other, "another typeface");
    if (!recolours && old.color !== now.color) found("colour", other, "another colour");
    if (hasOtherWidth) continue;
    if (Math.abs(before.width - after.width) > UNSEEN) {
      const [was, is] = [before.width, after.width].map(Math.round);
      if (block.tagName === "IMG") {
        found("picture", other, `picture ${is} by ${Math.round(after.height)}, not ${was} by ${Math.round(before.height)}`);
      } else if (now.display !== "inline") found("width", other, `${is} px wide, not ${was}`);
    } else if (Math.abs(before.left - after.left) > UNSEEN) {
      const distance = Math.round(after.left - before.left);
      found("place", other, `${Math.abs(distance)} px further ${distance < 0 ? "left" : "right"}`);
    }
  }
  return [...kinds.values()];
}

function pixels(length) {
  return `${Math.round(Number.parseFloat(length))} px`;
}

function showVerdict(card, found, recolours) {
  const faults = found.filter(({ isFault }) => isFault).length;
  const others = found.length - faults;
  const words = [];
  if (faults) words.push(counted(faults, "fault"));
  if (others) words.push(counted(others, "difference"));
  if (recolours) words.push(recolours);
  const verdict = card.querySelector(".verdict");
  verdict.textContent = words.join(", ") || "same";
  verdict.className = `verdict ${faults ? "wrong" : words.length ? "warning" : "good"}`;
  card.classList.toggle("same", !words.length);
}

function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

const MOST_LISTED = 4;

function listDifferences(card, mail, found) {
  const items = found.slice(0, MOST_LISTED).map(({ block, what, more }) => {
    const item = element("li", "");
    const words = more ? `${what}, and at ${counted(more, "more place")}` : what;
    const button = element("button", "difference-link", block ? `${words} ↓` : words);
    button.type = "button";
    button.disabled = !block;
    button.addEventListener("click", () => scrollToBlock(mail, block));
    item.append(button);
    return item;
  });
  if (found.length > MOST_LISTED) items.push(element("li", "note", `and ${found.length - MOST_LISTED} more`));
  card.querySelector(".differences").replaceChildren(...items);
}

// Only the clients that differ, and the letter as sent to compare them with.
function showOnly() {
  const isOnly = state.only === "differences";
  find("only")?.setAttribute("aria-pressed", isOnly);
  find("clients")?.classList.toggle("only", isOnly);
  const cards = all("[data-client-card]");
  const areSame = cards.length > 0 && cards.every((card) => card.classList.contains("same"));
  if (find("all-same")) find("all-same").hidden = !isOnly || !areSame;
}
