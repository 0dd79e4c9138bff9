/* Many at once: how many are chosen is counted aloud, and one tick chooses the page. */

const picks = () => [...document.querySelectorAll(".pick input")];
let telling;

function tell() {
  const chosen = picks().filter((pick) => pick.checked).length;
  const all = document.querySelector("#bulk-all");
  const text = chosen ? `${chosen} chosen` : "";
  if (all) {
    all.checked = chosen > 0 && chosen === picks().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }
  const shown = document.querySelector("[data-picked]");
  if (shown) shown.textContent = text;
  clearTimeout(telling);
  telling = setTimeout(() => { document.querySelector("#said").textContent = chosen ? text : "Nothing chosen"; }, 300);
}

document.addEventListener("change", ({ target }) => {
  if (target.id === "bulk-all") for (const pick of picks()) pick.checked = target.checked;
  if (target.id === "bulk-all" || target.closest(".pick")) tell();
});
