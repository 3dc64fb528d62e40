// The answer to an action, at the bottom of the window: one at a time. Errors stay until they are closed.

const SECONDS_SHOWN = 8;
const KEPT = "newsletter-preview-toast";

let toastTimer = 0;

// An answer is `said`, in a sentence; `details`, in lines; `failed`; and what can be done about it: `show`, the address of
// a page, or `action`, the name and the effect of a button.
function toast(answer) {
  const { said, details = [], failed = false, show: address, action } = answer;
  const box = element("div", failed ? "toast wrong" : "toast");
  const words = element("div", "words");
  words.append(element("strong", "", failed ? `Failed: ${said}` : said));
  if (details.length) words.append(element("pre", "", details.join("\n")));
  box.append(words);
  if (action) {
    const button = element("button", "", action.name);
    button.type = "button";
    if (action.key) button.append(" ", element("kbd", "", action.key));
    button.addEventListener("click", () => {
      closeToast();
      action.run();
    });
    box.append(button);
  }
  if (address && !isHere(address)) {
    const link = element("a", "", "Show");
    link.href = address;
    box.append(link);
  }
  const close = element("button", "close", "×");
  close.type = "button";
  close.ariaLabel = "Close";
  close.addEventListener("click", closeToast);
  box.append(close);
  find("toast").replaceChildren(box);
  shownAnswer = action ? null : answer;
  clearTimeout(toastTimer);
  if (!failed && !answer.pending) toastTimer = setTimeout(closeUnused, SECONDS_SHOWN * 1000);
}

let shownAnswer = null;

function isHere(address) {
  return location.pathname + location.search === address || (location.pathname === address && !location.search);
}

// Nothing is taken away from under a pointer or a focus.
function closeUnused() {
  if (find("toast").matches(":hover, :focus-within")) toastTimer = setTimeout(closeUnused, 1000);
  else closeToast();
}

function closeToast() {
  clearTimeout(toastTimer);
  shownAnswer = null;
  find("toast").replaceChildren();
}

// The page loads itself again when it has other frames; the answer is still there afterwards.
function reload() {
  try {
    if (shownAnswer) sessionStorage.setItem(KEPT, JSON.stringify(shownAnswer));
  } catch {
    // Without storage the answer is lost, and the page is right.
  }
  location.reload();
}

function restoreToast() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    sessionStorage.removeItem(KEPT);
    if (kept && !kept.pending) toast(kept);
  } catch {
    // Nothing was kept.
  }
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
