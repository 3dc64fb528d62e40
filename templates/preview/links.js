// The links that wait: one has the focus, and keys press its buttons.

let linkAt = 0;

function stepLink(step) {
  const rows = all(".waiting-link");
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  linkAt = focused < 0 ? Math.min(linkAt, rows.length - 1) : Math.min(rows.length - 1, Math.max(0, focused + step));
  rows[linkAt]?.focus();
}

// The row with the focus; without one, the row where it was.
function currentLink() {
  const rows = all(".waiting-link");
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  if (focused >= 0) linkAt = focused;
  return rows[focused];
}

function pressLink(key) {
  currentLink()?.querySelector(`[data-key="${key}"]`)?.click();
}

function openLink() {
  currentLink()?.querySelector("a")?.click();
}

// After a link is gone the next one is in its place.
function restoreLink() {
  const rows = all(".waiting-link");
  if (document.activeElement === document.body && linkAt >= 0) rows[Math.min(linkAt, rows.length - 1)]?.focus();
}
