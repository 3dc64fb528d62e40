// The actions that reach other machines, or the clipboard. Each is answered by a toast.

// Sending the test mail, and checking the links. The button is disabled while its action is under way; the server sends one
// test mail of a letter however often it is asked, unless it is to be sent `again`.
async function runAction(button, again = false) {
  const { address, token, pending } = button.dataset;
  if (button.disabled) return;
  // A disabled button loses the focus; it gets it back.
  const hadFocus = document.activeElement === button;
  button.disabled = true;
  toast({ said: pending, pending: true });
  try {
    const answer = await fetch(again ? `${address}?again` : address, { method: "POST", headers: { "x-newsletter-token": token } });
    toast(await answerOf(answer, button));
    if (answer.ok) refresh();
  } catch {
    toast({ said: "no response from the preview; the outcome is unknown", failed: true });
  }
  button.disabled = false;
  if (hadFocus && document.activeElement === document.body) button.focus();
}

async function answerOf(answer, button) {
  const text = await answer.text();
  try {
    const outcome = JSON.parse(text);
    if (outcome.can_undo) outcome.action = { name: "Undo", key: "u", run: () => find("undo")?.click() };
    if (outcome.can_repeat) outcome.action = { name: "Send again", run: () => runAction(button, true) };
    return outcome;
  } catch {
    // Rejected before it was run: in a sentence.
    return { said: text.trim(), failed: true };
  }
}

// Chooses the subscriber as whom the letter is read; what was chosen before can be had back.
function readAs(address) {
  const before = state.as;
  choose("as", address);
  if (!address && before) toast({ said: "Read as somebody without a name", action: { name: "Undo", run: () => choose("as", before) } });
}

async function copyText(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast({ said: what });
  } catch {
    toast({ said: "the browser does not let the page copy", details: [text], failed: true });
  }
}

// Choosing a recipient: suggests matching subscribers while typing.

let typing = 0;

function suggest() {
  clearTimeout(typing);
  typing = setTimeout(async () => {
    const answer = await fetch(`/subscribers?${new URLSearchParams({ q: find("as").value })}`);
    if (!answer.ok) return;
    const people = (await answer.json()).map(({ address, name }) => {
      const option = document.createElement("option");
      option.value = address;
      if (name) option.label = `${name} · ${address}`;
      return option;
    });
    find("people").replaceChildren(...people);
  }, 80);
}
