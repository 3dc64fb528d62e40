// What is drawn into the letters in frames, and the one scroll position they share.

// Outlines `block` of a letter and writes `label` to it, at the size of the preview's own words.
function mark(mail, block, label, colour, scale) {
  const inside = mail.contentDocument;
  const { left, top, width, height } = block.getBoundingClientRect();
  const { scrollX, scrollY } = mail.contentWindow;
  const box = inside.createElement("div");
  box.dataset.mark = "";
  Object.assign(box.style, {
    position: "absolute",
    left: `${left + scrollX - 4}px`,
    top: `${top + scrollY - 4}px`,
    width: `${width + 8}px`,
    height: `${height + 8}px`,
    border: `${2 / scale}px solid ${colour}`,
    boxSizing: "border-box",
    pointerEvents: "none",
  });
  if (label) {
    const words = inside.createElement("div");
    words.textContent = label;
    Object.assign(words.style, {
      position: "absolute",
      right: "0",
      bottom: "0",
      padding: `0 ${6 / scale}px`,
      background: colour,
      color: "#ffffff",
      font: `600 ${11 / scale}px/${18 / scale}px system-ui, sans-serif`,
      whiteSpace: "nowrap",
    });
    box.append(words);
  }
  inside.body.append(box);
}

function removeMarks(mail) {
  for (const box of mail.contentDocument?.querySelectorAll("[data-mark]") ?? []) box.remove();
}

function hasLetter({ contentDocument: mail }) {
  return mail?.URL.includes("/frame") && mail.readyState === "complete";
}

// A block of a letter, so that it is found in another letter or in another client's.
function keyOf(block) {
  return `${block.tagName} ${block.textContent.trim()} ${block.getAttribute("src") ?? ""} ${block.alt ?? ""}`;
}

// All letters scroll together: to the same block, however much higher or lower it lies in them.

const led = new Set();

function scrollAlong(leader) {
  // This scroll event was caused by another frame.
  if (led.delete(leader)) return;
  const place = scrolledTo(leader);
  for (const mail of pages) {
    if (mail !== leader && hasLetter(mail)) scrollMailTo(mail, place);
  }
  const count = find("scrolled");
  if (count) count.textContent = `All scroll together: ${Math.round(place.top)} of ${place.range} px.`;
}

function scrollRange({ contentDocument: mail }) {
  return mail.documentElement.scrollHeight - mail.documentElement.clientHeight;
}

// The blocks at and above the top of the window, the nearest first, each with the share of it that is above.
function scrolledTo(mail) {
  const range = scrollRange(mail);
  const top = mail.contentWindow.scrollY;
  const above = [];
  for (const block of blocks(mail.contentDocument)) {
    const box = block.getBoundingClientRect();
    if (box.height && box.top <= 1) above.unshift({ key: keyOf(block), offset: -box.top, height: box.height });
  }
  return { top, range, isEnd: range > 0 && top >= range - 1, above };
}

function scrollMailTo(mail, { top, isEnd, above }) {
  const range = scrollRange(mail);
  let target = isEnd ? range : top;
  if (top > 1 && !isEnd) {
    const there = new Map(blocks(mail.contentDocument).map((block) => [keyOf(block), block]));
    const known = above.find(({ key }) => there.has(key));
    if (known) {
      const box = there.get(known.key).getBoundingClientRect();
      // Within a block that is higher here, as far as there; below it, as many pixels.
      const within = known.offset <= known.height ? (known.offset / known.height) * box.height : known.offset - known.height + box.height;
      target = mail.contentWindow.scrollY + box.top + within;
    }
  }
  target = Math.round(Math.min(range, Math.max(0, target)));
  if (target === Math.round(mail.contentWindow.scrollY)) return;
  led.add(mail);
  mail.contentWindow.scrollTo({ top: target, behavior: "instant" });
}

// Scrolls a letter so that `block` is seen, and the others along.
function scrollToBlock(mail, block) {
  const { top } = block.getBoundingClientRect();
  mail.contentWindow.scrollTo({ top: Math.max(0, mail.contentWindow.scrollY + top - 80), behavior: "instant" });
}

function numberedBlock(mail, number) {
  return number === undefined ? null : mail.contentDocument?.querySelector(`[data-sent-element="${number}"]`);
}
