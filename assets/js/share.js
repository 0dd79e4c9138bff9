/* Copies what stands in a field, and says so: beside the button, and to screen readers. Without it the field can be selected. */

const DONE_FOR = 4000; // ms

async function copy(field) {
  if (navigator.clipboard) return navigator.clipboard.writeText(field.value);
  field.select(); // there is no clipboard over http
  if (!document.execCommand("copy")) throw new Error("refused");
}

async function pressed(button) {
  const field = document.getElementById(button.dataset.copy);
  let said = button.dataset.copied;
  try {
    await copy(field);
  } catch {
    field.focus();
    field.select();
    said = "It cannot be copied from here. It is selected: copy it by hand.";
  }
  document.getElementById("said").textContent = said;
  const words = button.dataset.words ?? button.textContent;
  button.dataset.words = words;
  button.textContent = said === button.dataset.copied ? "Copied" : "Copy it by hand";
  setTimeout(() => { button.textContent = words; }, DONE_FOR);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) pressed(button);
  else if (event.target.matches("input[readonly], textarea[readonly]")) event.target.select();
});
