/* Quick keys, for who has not switched them off: one letter, without modifiers, never where something is typed or asked. */

const by = (selector, root = document) => root.querySelector(selector);
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog, [role=application]";
const TITLES = "[data-entry] [data-title], [data-row] h3 :is(a[href], button)";
const KEYS = {
  "/": ["to the search box", box],
  j: ["to the next title", () => move(1)],
  k: ["to the title before", () => move(-1)],
  s: ["status of the work at hand", status],
  f: ["favourite, or not", favourite],
  x: ["choose it, to change many", choose],
  "?": ["this list", help],
};

document.addEventListener("keydown", (event) => {
  const [, act] = KEYS[event.key] ?? [];
  if (!act || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if ((event.repeat && !"jk".includes(event.key)) || event.target.closest(TYPING) || by("dialog[open]")) return;
  if (act() !== false) event.preventDefault();
});

const say = (text) => { by("#said").textContent = text; };
const entry = () => document.activeElement?.closest("[data-entry]");

function box() {
  const input = by("[data-box]");
  if (!input) return false;
  const closed = input.closest("details:not([open])");
  if (closed) closed.open = true;
  input.focus();
  input.select();
}

function move(by) {
  const titles = [...document.querySelectorAll(TITLES)];
  if (!titles.length) return false;
  const at = titles.findIndex((title) => title.closest("[data-entry], [data-row]").contains(document.activeElement));
  const next = titles[at < 0 ? 0 : at + by];
  if (!next) return say(by > 0 ? "That was the last on this page." : "That was the first on this page.");
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function atHand() {
  if (!by("#bulk")) return;
  return entry() ?? void say("Go to a title first: press j.");
}

function choose() {
  const row = atHand();
  if (!row) return !by("#bulk") ? false : undefined;
  by("#many").open = true;
  by(".pick input", row).click();
}

function favourite() {
  const row = atHand();
  if (!row) return !by("#bulk") ? false : undefined;
  send(row, `favourite:${row.dataset.favourite === "yes" ? 0 : 1}`);
}

function status() {
  const row = atHand();
  if (!row) return !by("#bulk") ? false : undefined;
  const choices = [...by("#bulk-action optgroup").children].map((option) => {
    const button = element("button", option.dataset[row.dataset.type], { type: "button", className: "button button-plain" });
    if (option.value === `status:${row.dataset.status}`) Object.assign(button, { className: "button", ariaCurrent: "true", autofocus: true });
    button.addEventListener("click", () => { button.closest("dialog").close(); send(row, option.value); });
    return button;
  });
  const list = element("div", "", { className: "keys" });
  list.append(...choices);
  ask(by("[data-title]", row).textContent, list);
}

/* by the form of many, for this one alone; what was chosen stays chosen */
function send(row, action) {
  const form = by("#bulk");
  const chosen = [...document.querySelectorAll(".pick input:checked")].map((pick) => pick.name);
  for (const pick of document.querySelectorAll(".pick input")) pick.checked = row.contains(pick);
  form.elements.now.value = action;
  form.requestSubmit();
  form.elements.now.value = "";
  for (const pick of document.querySelectorAll(".pick input")) pick.checked = chosen.includes(pick.name);
}

function help() {
  const list = element("dl", "", { className: "keys" });
  for (const [key, [does]] of Object.entries(KEYS)) list.append(element("dt", key), element("dd", does));
  const off = element("a", "Switch quick keys off", { href: "/settings/preferences" });
  ask("Quick keys", list, off).focus();
}

function element(name, text, more = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...more });
}

function ask(title, ...parts) {
  const back = document.activeElement;
  const dialog = element("dialog", "", { className: "asking" });
  const heading = element("h1", title, { id: "quick-title" });
  const close = element("button", "Close", { type: "button", className: "button button-quiet" });
  close.addEventListener("click", () => dialog.close());
  dialog.setAttribute("aria-labelledby", "quick-title");
  dialog.append(heading, ...parts, element("p", ""), close);
  dialog.addEventListener("close", () => { dialog.remove(); back?.isConnected && back.focus({ preventScroll: true }); });
  document.body.append(dialog);
  dialog.showModal();
  return close;
}
