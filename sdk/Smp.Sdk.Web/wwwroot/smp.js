// Makes the pages quicker to the hand. Every page works without it.

const on = (type, act, options) => document.addEventListener(type, act, options);
const typing = element => element?.closest("input, textarea, select, [contenteditable]") != null;

// "/" goes to the search.
on("keydown", event => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const search = document.querySelector(".search input");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// A scanner that poses as a keyboard sends the group separator of a GS1 code as Ctrl+], which a field would drop. Its
// picture is put in instead; the server reads both. Without it a lot of variable length runs into what follows.
on("keydown", event => {
  const field = event.target.closest?.("input[data-scan]");
  if (!field) return;
  const separator = event.key === "\u001d" || (event.ctrlKey && !event.altKey && (event.key === "]" || event.code === "BracketRight"));
  if (separator) {
    event.preventDefault();
    field.setRangeText("\u241d", field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (event.ctrlKey && "jmJM".includes(event.key)) {
    // Some end with Ctrl+J or Ctrl+M, which would open the browser's downloads.
    event.preventDefault();
    field.form?.requestSubmit();
  }
});

on("paste", event => {
  const field = event.target.closest?.("input[data-scan]");
  const text = event.clipboardData?.getData("text");
  if (!field || !text?.includes("\u001d")) return;
  event.preventDefault();
  field.setRangeText(text.trim().replaceAll("\u001d", "\u241d"), field.selectionStart, field.selectionEnd, "end");
});

// What was scanned before is replaced by the next scan, not added to.
on("focusin", event => {
  if (event.target.matches("input[data-scan]")) event.target.select();
});

// Large keys for a PIN, for gloved fingers. Without script they stay hidden, and the device's own keys do.
for (const pad of document.querySelectorAll("[data-pinpad]")) pad.hidden = false;

on("click", event => {
  const key = event.target.closest?.("[data-pin-key]");
  const field = key && document.getElementById(key.closest("[data-pinpad]").dataset.pinpad);
  if (!field) return;
  if (key.dataset.pinKey === "back") field.value = field.value.slice(0, -1);
  else if (field.maxLength < 0 || field.value.length < field.maxLength) field.value += key.dataset.pinKey;
});

// A form is sent once, however often the button is pressed. A form that downloads a file says data-again.
const release = form => {
  form.removeAttribute("aria-busy");
  form.querySelector(":scope > .progress")?.remove();
  for (const button of form.querySelectorAll("button[data-held]")) {
    button.disabled = false;
    delete button.dataset.held;
  }
};

on("submit", event => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || "again" in form.dataset) return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  form.setAttribute("aria-busy", "true");
  delete form.dataset.changed;
  // Later, since a disabled button's own name and value aren't sent.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button:not([type=button]):enabled")) {
      button.disabled = true;
      button.dataset.held = "";
    }
  });
});

// What takes a while says how far it has come, until the page after it is there.
on("submit", event => {
  const form = event.target;
  if (event.defaultPrevented || !form.dataset.progress || form.querySelector(":scope > .progress")) return;
  const line = document.createElement("p");
  line.className = "progress";
  line.setAttribute("role", "status");
  form.append(line);
  const ask = async () => {
    try {
      const response = await fetch(form.dataset.progress, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      const said = response.ok && !response.redirected ? (await response.json()).sentence : null;
      if (said && line.textContent !== said) line.textContent = said;
    } catch {
      // The next one may say more.
    }
    if (line.isConnected) setTimeout(ask, 500);
  };
  setTimeout(ask, 250);
});

// Back from the page after: the form can be sent again.
addEventListener("pageshow", event => {
  if (event.persisted) document.querySelectorAll("form[aria-busy=true]").forEach(release);
});

// What was typed isn't left behind without a word.
on("input", event => {
  const form = event.target.form;
  if (form && "guard" in form.dataset) form.dataset.changed = "";
});

addEventListener("beforeunload", event => {
  if (document.querySelector("form[data-guard][data-changed]")) event.preventDefault();
});

// A link of the error summary puts the cursor into its field.
on("click", event => {
  const link = event.target.closest?.(".errors a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.closest("details")?.setAttribute("open", "");
  field.focus();
});

// Panels that weren't ready with the page. The answer is the panel's content; its own notice stands in when it fails.
const fill = async panel => {
  try {
    const response = await fetch(panel.dataset.panelSrc, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!response.ok || response.redirected) throw new Error(String(response.status));
    const content = document.createRange().createContextualFragment(await response.text());
    panel.querySelectorAll(":scope > :not(header)").forEach(element => element.remove());
    panel.append(content);
  } catch {
    const failed = panel.querySelector(":scope > template");
    panel.querySelector(":scope > .late")?.remove();
    if (failed) failed.replaceWith(failed.content);
  }
  panel.removeAttribute("aria-busy");
};

document.querySelectorAll("[data-panel-src]").forEach(fill);
