// The mail in its frame: its width, its replacement after a save, and the marks on what has changed.

// A width that does not fit is shown smaller, never narrower: the mail's own rules for narrow screens must not apply.
// Returns the scale; 0 if the mail is not shown.
function fitMail(mail) {
  const area = mail.parentElement;
  if (!area.clientWidth) return 0;
  const width = Math.max(state.width, mail.dataset.minWidth ?? 0);
  const scale = Math.min(1, availableWidth(area) / width);
  mail.style.width = `${width}px`;
  mail.style.height = `${area.clientHeight / scale}px`;
  mail.style.transform = `scale(${scale}) translateX(-50%)`;
  return scale;
}

// Leaves room for the handle beside the mail, if there is one.
function availableWidth(area) {
  return area.clientWidth - 2 * (find("handle")?.offsetWidth ?? 0);
}

function showWidth(scale) {
  const handle = find("handle");
  const area = find("mail-area");
  find("measure").textContent = `${state.width} px wide` + (scale < 1 ? `, shown at ${Math.round(scale * 100)} %` : "");
  handle.style.left = `${(area.clientWidth + state.width * scale) / 2}px`;
  handle.ariaValueNow = state.width;
  handle.ariaValueMax = Math.max(state.width, availableWidth(area));
}

// The mail is centred, so it grows by twice the movement of an edge.
function drag(event) {
  if (!event.target.hasPointerCapture(event.pointerId)) return;
  const { left, width } = find("mail-area").getBoundingClientRect();
  setWidth(2 * Math.abs(event.clientX - left - width / 2));
}

function setWidth(pixels) {
  const widest = Math.min(WIDEST, Math.max(NARROWEST, availableWidth(find("mail-area"))));
  state.width = Math.round(Math.min(widest, Math.max(NARROWEST, pixels)));
  show();
}

function stepWidth(event) {
  const step = event.shiftKey ? 1 : 10;
  const to = {
    ArrowLeft: state.width - step,
    ArrowRight: state.width + step,
    Home: NARROWEST,
    End: WIDEST,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  setWidth(to);
  saveState();
}

// The first document of the frame must be there before it can be replaced.
async function frameLoaded(mailFrame, signal) {
  while (!signal.aborted) {
    const mail = mailFrame.contentDocument;
    if (mail?.URL.includes("/frame") && mail.readyState !== "loading") return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function replaceMail(mailFrame, source, isSaved) {
  const mail = mailFrame.contentWindow;
  const { scrollX, scrollY } = mail;
  const before = new Set(blocks(mail.document).map((block) => block.outerHTML));
  // Parsed under the frame's own content policy, which allows the styles a mail needs.
  const fresh = new mail.DOMParser().parseFromString(source, "text/html");
  mail.document.replaceChild(mail.document.adoptNode(fresh.documentElement), mail.document.documentElement);
  mail.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
  if (frame) highlight(document.querySelector(".finding:is(:hover, :focus)"));
  else markDifferences();
  if (isSaved) flash(blocks(mail.document).filter((block) => !before.has(block.outerHTML)));
}

// The elements that are compared to find changes.
function blocks(mail) {
  return [...mail.querySelectorAll("h1, h2, h3, p, li, img")];
}

// Flashes what a save changed, unless that is nearly everything or the user prefers reduced motion.
function flash(changed) {
  if (changed.length > 12 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const block of changed) {
    block.animate([{ boxShadow: "0 0 0 6px #f2c14e", backgroundColor: "#f2c14e" }, { boxShadow: "0 0 0 6px transparent" }], 600);
  }
}

// Two letters side by side: elements that only one has are marked with a line, and both scroll together.

const originalStyles = new Map();

function markDifferences() {
  if (pages.length !== 2 || !pages.every(hasLetter)) return;
  for (const [block, style] of originalStyles) style === null ? block.removeAttribute("style") : block.setAttribute("style", style);
  originalStyles.clear();
  const sides = pages.map((mail) => blocks(mail.contentDocument));
  const [before, now] = sides.map((side) => new Set(side.map((block) => block.outerHTML)));
  const differing = [sides[0].filter((block) => !now.has(block.outerHTML)), sides[1].filter((block) => !before.has(block.outerHTML))];
  // Marks everywhere would be of no help.
  if (differing.some((side, number) => side.length > sides[number].length / 2)) return;
  for (const [side, colour] of [[differing[0], "#c0392b"], [differing[1], "#2e8b57"]]) {
    for (const block of side) {
      originalStyles.set(block, block.getAttribute("style"));
      block.style.boxShadow = `-8px 0 0 -4px ${colour}, -12px 0 0 -8px ${colour}`;
    }
  }
}

function hasLetter({ contentDocument: mail }) {
  return mail?.URL.includes("/frame") && mail.readyState === "complete";
}

let led = null;

function scrollAlong(leader) {
  // This scroll event was caused by the other frame.
  if (led === leader) {
    led = null;
    return;
  }
  const other = pages.find((mail) => mail !== leader);
  const scrollRange = ({ contentDocument: mail }) => mail.documentElement.scrollHeight - mail.documentElement.clientHeight;
  const top = (leader.contentWindow.scrollY / (scrollRange(leader) || 1)) * scrollRange(other);
  if (Math.round(top) === Math.round(other.contentWindow.scrollY)) return;
  led = other;
  other.contentWindow.scrollTo({ top, behavior: "instant" });
}
