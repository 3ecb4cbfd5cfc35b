// Names for what Django's admin leaves without one: choices with a search, halves of a date and time, empty headings.
const words = (element) => element.textContent.replace(":", "").trim();

function nameAll() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = document.querySelector(`label[for="${select.id}"]`);
    for (const part of select.parentElement.querySelectorAll(".select2-selection, .select2-selection__rendered")) {
      if (label) part.setAttribute("aria-label", words(label));
    }
    select.parentElement.querySelector(".select2-selection")?.removeAttribute("aria-labelledby");
  }
  for (const half of document.querySelectorAll("p.datetime input")) {
    const name = half.closest(".form-row")?.querySelector("legend, label");
    const which = half.classList.contains("vDateField") ? "date" : "time";
    if (name && !half.labels.length) half.setAttribute("aria-label", `${words(name)}, ${which}`);
  }
  for (const heading of document.querySelectorAll("th:empty")) {
    const cell = document.createElement("td");
    cell.className = heading.className;
    heading.replaceWith(cell);
  }
}

addEventListener("load", () => setTimeout(nameAll));  // after jQuery's own readiness, which is a turn late
