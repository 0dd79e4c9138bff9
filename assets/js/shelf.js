/* Many at once: how many are chosen is counted aloud, and one tick chooses the page. */

const picks = () => [...document.querySelectorAll(".pick input")];
let telling;

/* a change draws the shelf anew, and leaves the ticks */
function count() {
  const chosen = picks().filter((pick) => pick.checked).length;
  const all = document.querySelector("#bulk-all");
  const text = chosen ? `${chosen} chosen` : "";
  if (all) {
    all.checked = chosen > 0 && chosen === picks().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }
  const shown = document.querySelector("[data-picked]");
  if (shown) shown.textContent = text;
  return text;
}

function tell() {
  const text = count() || "Nothing chosen";
  clearTimeout(telling);
  telling = setTimeout(() => { document.querySelector("#said").textContent = text; }, 300);
}

document.addEventListener("change", ({ target }) => {
  if (target.id === "bulk-all") for (const pick of picks()) pick.checked = target.checked;
  if (target.id === "bulk-all" || target.closest(".pick")) tell();
});

document.addEventListener("htmx:after:swap", count);
