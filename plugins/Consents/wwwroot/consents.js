// Shows a section of a form only for the answer that it is for. Without it every section stands there, and says for which answer it is.

for (const form of document.querySelectorAll("form:has(.when)")) {
  const sections = form.querySelectorAll(".when");
  const chosen = name => {
    const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter(field => !field.closest(".when[hidden]"));
    return fields.flatMap(field => (field.type === "checkbox" || field.type === "radio") && !field.checked ? [] : [field.value]).at(-1) ?? "";
  };
  const show = () => {
    // In the order of the page: a section within a hidden one is hidden, too.
    for (const section of sections) {
      section.hidden = chosen(section.dataset.field) !== section.dataset.answer;
      section.querySelector(":scope > .for")?.remove();
    }
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}
