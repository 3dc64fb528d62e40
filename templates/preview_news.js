// What has changed, heard from the server and asked for again.

const boot = document.body.dataset.boot;
let generation = document.body.dataset.generation;
// The generation last heard of. Not that of the page: a page may be newer than the mail that was asked for with it.
let heard = generation;
let asking = new AbortController();
let following = 0;

// The mail shows as soon as it is there; what there is to know of it may take longer.
async function refresh(isSaved = false) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const looks = ["scheme", "images", "as"];
  const frames = frame && state.tab !== "html" ? [] : mails;
  const showMail = async (mail) => {
    const source = await text(frameAddress(looks, mail.dataset), signal);
    await framed(mail, signal);
    if (!signal.aborted) paint(mail, source, isSaved);
  };
  const showPage = async () => {
    const page = await text(location.pathname + query(["client", "version", ...looks]), signal);
    if (signal.aborted) return;
    const fresh = new DOMParser().parseFromString(page, "text/html");
    // There is a first letter to show, a first one to compare it with, or another.
    if (framesOf(fresh) !== framesOf(document)) location.reload();
    else replaceLiveParts(fresh);
  };
  try {
    await Promise.all([...frames.map(showMail), showPage()]);
  } catch (error) {
    // An aborted question has been asked again; a lost server shows at the connection.
    if (error.name === "AbortError") return;
    heard = "";
    if (!(error instanceof TypeError)) throw error;
  }
}

function framesOf(page) {
  return [...page.querySelectorAll("iframe")].map((mail) => `${mail.id} ${mail.dataset.version}`).join();
}

function frameAddress(looks, { client = state.client, version }) {
  const words = new URLSearchParams(query(looks));
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
    const open = [...part.querySelectorAll("details[open]")].map((details) => details.id);
    part.replaceChildren(...fresh.childNodes);
    for (const id of open) find(id)?.setAttribute("open", "");
  }
  if (issue) show();
  else follow();
}

// A send writes to its ledger, not to a file that is watched: while one is at it, the list asks again.
function follow() {
  clearTimeout(following);
  if (document.querySelector(".running")) following = setTimeout(refresh, 1000);
}

// A hidden page lets go of its connection, since a browser keeps only six to one server.

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
    if (news.boot !== boot) location.reload();
    else if (String(news.generation) !== heard) {
      heard = String(news.generation);
      refresh(true);
    }
  };
}

function connection(kind, words) {
  const badge = find("connection");
  badge.className = kind;
  badge.textContent = words;
}
