// A session saves itself: each field as it is typed, each record of a zone under its own key. Without this the buttons save.

const chair = document.querySelector("[data-session]");
const WAIT = 700, AGAIN = 4000;

// How long it goes on.
for (const timer of document.querySelectorAll("[data-since]")) {
  const since = Date.parse(timer.dataset.since);
  const tick = () => {
    const seconds = Math.max(0, Math.floor((Date.now() - since) / 1000));
    timer.textContent = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(n => String(Math.floor(n)).padStart(2, "0")).join(":");
  };
  tick();
  setInterval(tick, 1000);
}

const put = (address, body, version, token) => fetch(address, {
  method: "PUT",
  keepalive: true,
  credentials: "same-origin",
  headers: { "Content-Type": "application/json", Accept: "application/json", "X-Form-Token": token, ...(version ? { "If-Match": `"${version}"` } : {}) },
  body: JSON.stringify(body),
});

const say = (form, text, bad = false) => {
  const line = form.closest("section")?.querySelector("[data-saved]");
  if (!line) return;
  line.textContent = text;
  line.classList.toggle("bad", bad);
};

const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

// Saves one thing after another, the last value of each: what is typed meanwhile waits for the answer.
const saver = (form, send) => {
  let timer, busy = false, pending = false;
  const run = async () => {
    clearTimeout(timer);
    timer = undefined;
    if (busy) {
      pending = true;
      return;
    }
    busy = true;
    try {
      if (await send()) {
        say(form, `${chair.dataset.saved} ${clock()}`);
        delete form.dataset.changed;
      }
    } catch {
      say(form, chair.dataset.failed, true);
      timer = setTimeout(run, AGAIN);
    }
    busy = false;
    if (pending) {
      pending = false;
      run();
    }
  };
  return {
    soon: () => {
      clearTimeout(timer);
      timer = setTimeout(run, WAIT);
    },
    now: () => timer && run(),
    stop: () => clearTimeout(timer),
  };
};

const tokenOf = form => form.querySelector("input[type=hidden][autocomplete=off]:not([id])")?.value ?? "";

const fields = chair?.dataset.session && document.querySelector("form#fields");
if (fields) {
  const version = fields.elements.rowVersion;
  const names = ["toldPigments", "pass", "pain", "notes"];
  const valueOf = name => {
    const control = fields.elements[name];
    if (control instanceof RadioNodeList) return control.value;
    return control.type === "checkbox" ? String(control.checked) : control.value;
  };
  const kept = Object.fromEntries(names.map(name => [name, valueOf(name)]));
  const setValue = (name, value) => {
    const control = fields.elements[name];
    if (control.type === "checkbox") control.checked = value === "true";
    else control.value = value;
  };

  // What somebody else wrote meanwhile: fields that nobody touched here take it over; one that was typed in here stays, and says what theirs is.
  const absorb = session => {
    const conflicts = [];
    for (const name of names) {
      const theirs = String(session[name] ?? "");
      if (theirs === kept[name]) continue;
      const mine = valueOf(name);
      if (mine === kept[name]) setValue(name, theirs);
      else if (mine !== theirs) conflicts.push(theirs);
      kept[name] = theirs;
    }
    version.value = session.rowVersion;
    return conflicts;
  };

  const saving = saver(fields, async () => {
    for (const name of names) {
      for (let tries = 0; valueOf(name) !== kept[name]; tries++) {
        const value = valueOf(name);
        const answer = await put(`${chair.dataset.session}/fields/${name}`, { value }, version.value, tokenOf(fields));
        if (answer.status === 412 && tries < 3) {
          const conflicts = absorb((await answer.json()).current);
          if (conflicts.length === 0) continue;
          // It isn't sent over theirs by itself: only when it is edited once more, or by the button.
          say(fields, `${chair.dataset.conflict} “${conflicts.join("” “")}”`, true);
          return false;
        }
        if (answer.status === 422 || answer.status === 409) {
          say(fields, (await answer.json()).detail, true);
          return false;
        }
        if (!answer.ok) throw new Error(String(answer.status));
        version.value = (await answer.json()).rowVersion;
        kept[name] = value;
      }
    }
    return true;
  });
  fields.addEventListener("input", saving.soon);
  fields.addEventListener("focusout", saving.now);
  fields.addEventListener("submit", saving.stop);
  addEventListener("pagehide", saving.now);
}

const zone = chair?.dataset.session && document.querySelector("form#zone");
if (zone) {
  const version = zone.elements.zoneVersion;
  const whole = text => (/^\d+$/.test(text.trim()) ? Number(text) : null);
  const body = () => {
    const value = name => zone.elements[name].value.trim();
    const [, parts, diluent] = /^(\d+)\s*:\s*(\d+)$/.exec(value("dilution")) ?? [];
    const depth = Number(value("depth").replace(",", "."));
    return {
      zone: value("zone"), needle: value("needle"), pigmentId: whole(value("pigmentId")), pigmentParts: parts ? Number(parts) : null, diluentParts: parts ? Number(diluent) : null,
      densityPercent: whole(value("densityPercent")), depthMicrometres: depth > 0 ? Math.round(depth * 1000) : null, note: value("zoneNote"),
    };
  };
  const saving = saver(zone, async () => {
    const record = body();
    if (!record.zone) return false;
    const answer = await put(`${chair.dataset.session}/zones/${encodeURIComponent(zone.elements.key.value)}`, record, version.value, tokenOf(zone));
    if ([409, 412, 422].includes(answer.status)) {
      say(zone, (await answer.json()).detail, true);
      return false;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    version.value = (await answer.json()).rowVersion;
    return true;
  });
  zone.addEventListener("input", saving.soon);
  zone.addEventListener("submit", saving.stop);
  addEventListener("pagehide", saving.now);
}
