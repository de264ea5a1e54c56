// Shows what is found while somebody types. Without it a search is sent with Enter, and every page works.

const pause = 120;

// Asks for the last thing typed only: what was asked before is given up.
const asking = answered => {
  let timer, running;
  return address => {
    clearTimeout(timer);
    running?.abort();
    if (!address) return;
    timer = setTimeout(async () => {
      const mine = running = new AbortController();
      try {
        const response = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin", signal: mine.signal });
        if (response.ok && !response.redirected) answered(await response.text(), address);
      } catch (error) {
        // Given up, or no connection: Enter still sends the form, and says what is wrong.
        if (error.name !== "AbortError") answered("", address);
      }
    }, pause);
  };
};

const addressOf = form => {
  const asked = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...asked]) if (!value) asked.delete(name);
  return `${form.getAttribute("action")}${asked.size ? `?${asked}` : ""}`;
};

// A list with its filters: the page is asked for again, and its list put in.
for (const form of document.querySelectorAll("form[data-live]")) {
  const ask = asking((html, address) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const list = page.getElementById(form.dataset.live);
    if (!list) return;
    document.getElementById(form.dataset.live).replaceWith(list);
    form.querySelector("output")?.replaceChildren(page.querySelector("form[data-live] output")?.textContent ?? "");
    history.replaceState(history.state, "", address);
  });
  form.addEventListener("input", () => ask(addressOf(form)));
}

// The search over everything: a few results below the field, to be reached by the arrow keys.
for (const form of document.querySelectorAll("form[data-quick]")) {
  const field = form.querySelector("input");
  const list = document.createElement("div");
  list.className = "quick";
  list.hidden = true;
  list.setAttribute("aria-live", "polite");
  form.append(list);
  const close = () => {
    list.hidden = true;
    ask("");
  };
  const ask = asking(html => {
    list.replaceChildren(document.createRange().createContextualFragment(html));
    list.hidden = !html;
  });
  field.addEventListener("input", () => {
    const text = field.value.trim();
    if (text.length < 2) close();
    else ask(`${form.dataset.quick}?${new URLSearchParams({ q: text })}`);
  });
  form.addEventListener("keydown", event => {
    if (list.hidden) return;
    const stops = [field, ...list.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (event.key === "Escape") {
      field.focus();
      close();
    } else if (next !== undefined && stops[next]) stops[next].focus();
    else return;
    event.preventDefault();
  });
  form.addEventListener("focusout", event => {
    if (!form.contains(event.relatedTarget)) close();
  });
}
