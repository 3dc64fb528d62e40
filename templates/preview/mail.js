// The mail in its frame: its width, its replacement after a save, and the marks on what has changed.

// A width that does not fit is shown smaller, never narrower: the mail's own rules for narrow screens must not apply.
// Returns the scale; 0 if the mail is not shown.
function fitMail(mail) {
  const area = mail.parentElement;
  if (!area.clientWidth) return 0;
  const width = Number(mail.dataset.width) || Math.max(state.width, mail.dataset.minWidth ?? 0);
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
  const before = new Set(blocks(mail.document).map(contentOf));
  // Parsed under the frame's own content policy, which allows the styles a mail needs.
  const fresh = new mail.DOMParser().parseFromString(source, "text/html");
  mail.document.replaceChild(mail.document.adoptNode(fresh.documentElement), mail.document.documentElement);
  mail.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
  if (VIEW === "checks") highlight(chosenFinding());
  if (VIEW === "compare") markDifferences();
  if (VIEW === "clients") compareClients();
  if (isSaved) flash(blocks(mail.document).filter((block) => !before.has(contentOf(block))));
}

// The elements that are compared to find changes.
function blocks(mail) {
  return [...mail.querySelectorAll("h1, h2, h3, h4, p, li, img")];
}

// The content of a block, without the number that the server gave it.
function contentOf(block) {
  return block.outerHTML.replaceAll(/ data-sent-element="\d+"/g, "");
}

// Flashes what a save changed, unless that is nearly everything or the user prefers reduced motion.
function flash(changed) {
  if (changed.length > 12 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const block of changed) {
    block.animate([{ boxShadow: "0 0 0 6px #f2c14e", backgroundColor: "#f2c14e" }, { boxShadow: "0 0 0 6px transparent" }], 600);
  }
}
