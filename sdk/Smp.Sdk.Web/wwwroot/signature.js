// Signatures drawn with a finger, a pen or a mouse. Without it the pad stays hidden, and the name is typed.

const element = name => document.createElementNS("http://www.w3.org/2000/svg", name);
const whole = Math.round;

for (const pad of document.querySelectorAll("[data-signature]")) {
  const kept = pad.querySelector("input[type=hidden]");
  const ink = pad.querySelector("svg");
  const clear = pad.querySelector("button");
  const { width, height } = ink.viewBox.baseVal;
  let strokes = [];
  let began, line;

  // As the server draws it: from middle to middle, bent towards the points between.
  const course = flat => {
    const points = [];
    for (let i = 0; i < flat.length; i += 4) points.push([flat[i], flat[i + 1]]);
    let d = `M${points[0].join(" ")}`;
    for (let i = 1; i < points.length - 1; i++) {
      const [[x, y], [nextX, nextY]] = [points[i], points[i + 1]];
      d += `Q${x} ${y} ${(x + nextX) / 2} ${(y + nextY) / 2}`;
    }
    return `${d}L${points.at(-1).join(" ")}`;
  };

  const weight = flat => {
    let sum = 0;
    for (let i = 3; i < flat.length; i += 4) sum += flat[i];
    return 1.2 + (sum / (flat.length / 4) / 1000) * 2.8;
  };

  const draw = (path, flat) => {
    path.setAttribute("d", course(flat));
    path.setAttribute("stroke-width", weight(flat));
  };

  const drawAll = () => {
    ink.querySelectorAll("path").forEach(path => path.remove());
    for (const flat of strokes) draw(ink.appendChild(element("path")), flat);
  };

  const keep = () => {
    kept.value = strokes.length ? JSON.stringify({ width, height, strokes }) : "";
    clear.disabled = !strokes.length;
    kept.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // What was drawn before the form came back with a question.
  try {
    strokes = JSON.parse(kept.value || "{}").strokes ?? [];
  } catch {
    strokes = [];
  }

  const add = event => {
    const box = ink.getBoundingClientRect();
    began ??= event.timeStamp - (strokes.at(-1)?.at(-2) ?? 0);
    const x = whole(((event.clientX - box.left) / box.width) * width);
    const y = whole(((event.clientY - box.top) / box.height) * height);
    const last = line.flat.length;
    if (last && line.flat[last - 4] === x && line.flat[last - 3] === y) return;
    const before = last ? line.flat[last - 2] : strokes.at(-1)?.at(-2) ?? 0;
    const pressure = event.pointerType === "pen" ? whole(event.pressure * 1000) : 500;
    line.flat.push(Math.max(-width, Math.min(2 * width, x)), Math.max(-height, Math.min(2 * height, y)), Math.max(before, whole(event.timeStamp - began)), pressure);
  };

  ink.addEventListener("pointerdown", event => {
    // The ball of the hand that rests on the tablet, and the second button of a mouse, don't sign.
    if (line || event.button !== 0) return;
    event.preventDefault();
    ink.setPointerCapture(event.pointerId);
    line = { pointer: event.pointerId, flat: [], path: ink.appendChild(element("path")) };
    add(event);
    draw(line.path, line.flat);
  });

  ink.addEventListener("pointermove", event => {
    if (event.pointerId !== line?.pointer) return;
    for (const each of event.getCoalescedEvents?.() ?? []) add(each);
    add(event);
    draw(line.path, line.flat);
  });

  const end = event => {
    if (event.pointerId !== line?.pointer) return;
    strokes.push(line.flat);
    line = undefined;
    keep();
  };
  ink.addEventListener("pointerup", end);
  ink.addEventListener("pointercancel", end);

  clear.addEventListener("click", () => {
    strokes = [];
    began = undefined;
    drawAll();
    keep();
    ink.focus();
  });

  drawAll();
  clear.disabled = !strokes.length;
  for (const hidden of pad.querySelectorAll("[hidden]")) hidden.hidden = false;
  // Typing is the other way now, not the only one.
  const typed = pad.querySelector("details");
  if (strokes.length || !typed.querySelector("input").value) typed.open = false;
}
