// Zones of a scalp map are chosen on the drawing too. What is posted are the boxes under it, which do without.

const boxOf = zone => zone.closest("[data-scalpmap]")?.querySelector(`input[value="${zone.dataset.zone}"]`);

const show = map => {
  for (const zone of map.querySelectorAll("[data-zone]")) {
    const chosen = boxOf(zone)?.checked ?? false;
    zone.classList.toggle("chosen", chosen);
    if (zone.matches("g")) zone.setAttribute("aria-checked", chosen);
  }
};

const toggle = zone => boxOf(zone)?.click();

const begin = map => {
  for (const view of map.querySelectorAll(".views svg")) view.setAttribute("role", "group");
  for (const zone of map.querySelectorAll("g[data-zone]")) {
    zone.setAttribute("role", "checkbox");
    zone.setAttribute("tabindex", "0");
  }
  show(map);
};

document.querySelectorAll("[data-scalpmap]").forEach(begin);

document.addEventListener("click", event => {
  const zone = event.target.closest?.("[data-scalpmap] g[data-zone]");
  if (zone) toggle(zone);
});

document.addEventListener("keydown", event => {
  if (event.key !== " " || !event.target.matches?.("[data-scalpmap] g[data-zone]")) return;
  event.preventDefault();
  toggle(event.target);
});

document.addEventListener("change", event => {
  const map = event.target.closest?.("[data-scalpmap]");
  if (map) show(map);
});
