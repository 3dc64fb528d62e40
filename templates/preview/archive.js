// The pages of the archive in their frame, in light and in dark.

// The page that is open in the frame, in the other scheme.
function showArchiveScheme() {
  const { pathname, search } = archive.contentWindow.location;
  if (pathname.includes("/site/")) archive.src = pathname.replace(/\/site\/(light|dark)\//, `/site/${state.scheme}/`) + search;
  else archive.src = pathname + (state.scheme === "dark" ? "?scheme=dark" : "");
}

// After a save the same page is loaded again, if it is still there, where it was scrolled to.
async function refreshArchive(fresh) {
  const { pathname, search } = archive.contentWindow.location;
  const { scrollY } = archive.contentWindow;
  const answer = await fetch(pathname + search, { method: "HEAD", cache: "no-store" });
  const address = answer.ok ? pathname + search : fresh.getElementById("archive").getAttribute("src");
  archive.addEventListener("load", () => archive.contentWindow.scrollTo({ top: scrollY, behavior: "instant" }), { once: true });
  archive.contentWindow.location.replace(address);
}

function nextPart() {
  const links = all("a[data-archive-part]");
  links[(links.findIndex((link) => link.ariaCurrent) + 1) % links.length]?.click();
}
