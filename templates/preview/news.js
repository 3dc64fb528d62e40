// Loads the page and the mail again when the server reports a change.

const instance = document.body.dataset.instance;
let generation = document.body.dataset.generation;
// The generation last reported. The page may be newer than the mail that was requested with it.
let lastGeneration = generation;
let request = new AbortController();
let following = 0;

// The mail is shown as soon as it is loaded; its findings may take longer.
async function refresh(isSaved = false) {
  request.abort();
  request = new AbortController();
  const { signal } = request;
  const shown = isLetter && state.tab !== "html" ? [] : mails;
  const showMail = async (mail) => {
    const source = await text(frameAddress(mail.dataset), signal);
    await frameLoaded(mail, signal);
    if (!signal.aborted) replaceMail(mail, source, isSaved);
  };
  const showPage = async () => {
    const page = await text(location.pathname + query(["client", "version", "part", ...LOOKS]), signal);
    if (signal.aborted) return;
    const fresh = new DOMParser().parseFromString(page, "text/html");
    // The page now has its first letter, or another one to compare with.
    if (framesOf(fresh) !== framesOf(document)) return reload();
    replaceLiveParts(fresh);
    if (archive && isSaved) await refreshArchive(fresh);
  };
  try {
    await Promise.all([...shown.map(showMail), showPage()]);
  } catch (error) {
    // An aborted request was repeated; a lost server is shown as the state of the connection.
    if (error.name === "AbortError") return;
    lastGeneration = "";
    if (!(error instanceof TypeError)) throw error;
  }
}

function framesOf(page) {
  return [...page.querySelectorAll("iframe")].map((mail) => `${mail.id} ${mail.dataset.version}`).join();
}

function frameAddress({ client = state.client, version, numbered }) {
  const words = new URLSearchParams(query(LOOKS));
  if (numbered !== undefined) words.set("numbered", "yes");
  if (client) words.set("client", client);
  if (version) words.set("version", version);
  return `${issue}/frame?${words}`;
}

async function text(address, signal) {
  return (await fetch(address, { signal, cache: "no-store" })).text();
}

function replaceLiveParts(page) {
  document.title = page.title;
  if (page.body.dataset.generation !== generation) {
    generation = page.body.dataset.generation;
    find("connection").textContent = `updated ${new Date().toLocaleTimeString()}`;
  }
  for (const part of all("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (!fresh || fresh.innerHTML === part.innerHTML) continue;
    const focused = part.contains(document.activeElement) && document.activeElement.id;
    const open = [...part.querySelectorAll("details[open]")].map((details) => details.id);
    part.replaceChildren(...fresh.childNodes);
    for (const id of open) find(id)?.setAttribute("open", "");
    if (focused) find(focused)?.focus();
  }
  if (VIEW === "checks") showFinding(chosenFinding() ?? document.querySelector(".finding"));
  if (VIEW === "clients") compareClients();
  if (VIEW === "links") restoreLink();
  if (issue) show();
  else follow();
}

// A send writes to its ledger, which is not watched: while one is running, the list reloads every second.
function follow() {
  clearTimeout(following);
  if (document.querySelector(".running")) following = setTimeout(refresh, 1000);
}

// A hidden page closes its connection, since a browser opens only six to one server.

let events = null;

function listen() {
  events?.close();
  events = null;
  if (document.hidden) return;
  events = new EventSource("/events");
  events.onopen = () => connection("live", "live");
  events.onerror = () => {
    connection("lost", "disconnected, retrying");
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
  };
  events.onmessage = (event) => {
    const news = JSON.parse(event.data);
    if (news.instance !== instance) reload();
    else if (String(news.generation) !== lastGeneration) {
      lastGeneration = String(news.generation);
      refresh(true);
    }
  };
}

function connection(kind, words) {
  const badge = find("connection");
  badge.className = kind;
  badge.textContent = words;
}
