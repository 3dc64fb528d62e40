// The links that wait: one is chosen, what can be done with it is shown, and keys press its buttons.

let linkAt = 0;

function waitingLinks() {
  return all(".waiting-link");
}

// The chosen row is the one with the focus, or else the one where it was.
function chooseLink(row) {
  if (!row) return;
  for (const other of all(".waiting-link.chosen")) other.classList.remove("chosen");
  row.classList.add("chosen");
  linkAt = waitingLinks().indexOf(row);
}

function stepLink(step) {
  const rows = waitingLinks();
  const isFocused = rows.some((row) => row.contains(document.activeElement));
  rows[Math.min(rows.length - 1, Math.max(0, isFocused ? linkAt + step : linkAt))]?.focus();
}

function pressLink(key) {
  const row = document.querySelector(".waiting-link.chosen");
  row?.focus();
  const button = row?.querySelector(`[data-key="${key}"]`);
  // One that cannot be pressed says why.
  if (button?.disabled && button.title) toast({ said: button.title });
  button?.click();
}

function openLink() {
  document.querySelector(".waiting-link.chosen a")?.click();
}

// After a link is gone the next one is in its place.
function restoreLink() {
  const rows = waitingLinks();
  const row = rows[Math.min(linkAt, rows.length - 1)];
  chooseLink(row);
  if (document.activeElement === document.body) row?.focus({ preventScroll: true });
}

function startLinks() {
  document.addEventListener("focusin", ({ target }) => chooseLink(target.closest?.(".waiting-link")));
}
