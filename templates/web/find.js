// Finds issues by what the page says about them, and their links by a list that is loaded when somebody looks for something.
(() => {
  const field = document.getElementById("find");
  const section = field.closest("section");
  const rest = section.querySelector(".rest");
  const found = section.querySelector(".found");
  const status = section.querySelector("[role=status]");
  const most = 50;

  /** Without capitals and accents. */
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const issues = [...document.querySelectorAll("[data-issue]")].map((element) => {
    const link = element.querySelector("h2 a, h3 a") || element.querySelector("a");
    const about = [link, ...element.querySelectorAll(".num, time, .teaser")];
    return {
      number: element.querySelector(".num")?.textContent ?? "",
      address: link.getAttribute("href"),
      title: link.textContent,
      // In a list without years, the whole date.
      date: element.querySelector("time"),
      text: fold(about.map((part) => part.textContent).join(" ")),
      path: element.dataset.issue,
      links: [],
    };
  });

  let wasAsked = false;
  window.newsletterLinks = (list) => {
    for (const issue of issues) {
      const links = list[issue.path] || [];
      issue.links = links.map(([position, title, names]) => ({ position, title, names, text: fold(`${title} ${names}`) }));
    }
    show();
  };

  function element(name, text, properties) {
    return Object.assign(document.createElement(name), { textContent: text }, properties);
  }

  function line(issue, links) {
    const item = document.createElement("li");
    const { title: whole, textContent: written, dateTime } = issue.date;
    const date = element("time", whole || written, { className: "quiet", dateTime });
    const parts = [element("a", issue.title, { href: issue.address }), date];
    if (issue.number) parts.unshift(element("span", issue.number, { className: "num" }));
    item.append(...parts);
    if (links.length > 0) {
      const list = element("ul", "", { className: "links" });
      for (const link of links) {
        const entry = document.createElement("li");
        entry.append(element("a", link.title, { href: `${issue.address}#link-${link.position}` }), " ");
        entry.append(element("small", link.names, {}));
        list.append(entry);
      }
      item.append(list);
    }
    return item;
  }

  function show() {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    const fits = (text) => words.every((word) => text.includes(word));
    const lines = [];
    for (const issue of words.length > 0 ? issues : []) {
      const links = issue.links.filter((link) => fits(link.text));
      if (lines.length < most && (links.length > 0 || fits(issue.text))) lines.push(line(issue, links));
    }
    found.replaceChildren(...lines);
    rest.hidden = words.length > 0;
    status.textContent = words.length > 0 && lines.length === 0 ? status.dataset.nothing : "";
  }

  field.addEventListener("focus", () => {
    if (wasAsked) return;
    wasAsked = true;
    document.head.append(Object.assign(document.createElement("script"), { src: field.dataset.links }));
  });
  field.addEventListener("input", show);
  field.closest("[hidden]").hidden = false;
  section.hidden = false;
  // A browser may have kept what was typed before the page was left.
  if (field.value) field.focus();
  show();
})();
