/* The editor of a menu: words that save themselves, rows that are dragged or grabbed. Everything works without this file. */

const by = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const say = (text) => { by("#said").textContent = text; };

/* ---- words save themselves; what is not saved is kept in the tab ---- */

const PAUSE = 800; // milliseconds of not typing
const LEFT = 300; // after the field was left: what is pressed meanwhile must not move away
const [SOON, SELDOM] = [2_000, 60_000]; // between attempts, twice as long each time

const drafts = new Map(); // form → { sent, left, timer, wait, changed }: its words, sent or not, that are not known to be saved
const saved = new WeakMap(); // request → the draft it saved

const formOf = (element) => element.closest?.("form[data-autosave]");
const fieldsOf = (form) => all("input:not([type=hidden]), textarea", form);
const wordsOf = (form) => JSON.stringify(Object.fromEntries(fieldsOf(form).map(({ name, value }) => [name, value])));
const READ = "[name=version], [name^=was-]"; // what the words were read as
const readOf = (form) => Object.fromEntries(all(READ, form).map(({ name, value }) => [name, value]));
const keyOf = (form) => `draft ${form.elements._csrf_token.value.split(".")[0]} ${form.getAttribute("action")}`;
const isMet = (form) => by("[data-conflict]", form.parentElement);

/* a form that is being written in is left alone by what else changes the page (htmx), its version too */
function begin(form) {
  const draft = drafts.get(form) ?? { sent: "", timer: 0, wait: 0, changed: new Set() };
  drafts.set(form, draft);
  form.setAttribute("hx-morph-skip", "");
  keep(form);
  return draft;
}

/* so is one that is sent by its button, until it is */
document.addEventListener("input", ({ target }) => target.closest?.("[data-keeps]")?.setAttribute("hx-morph-skip", ""));
document.addEventListener("submit", ({ target }) => target.matches("[data-keeps]") && target.removeAttribute("hx-morph-skip"), { capture: true });

function keep(form) {
  try {
    sessionStorage.setItem(keyOf(form), JSON.stringify({ read: readOf(form), words: JSON.parse(wordsOf(form)) }));
  } catch { /* full, or forbidden: then the page alone has it */ }
}

function forget(form) {
  clearTimeout(drafts.get(form)?.timer);
  drafts.delete(form);
  form.removeAttribute("hx-morph-skip");
  sessionStorage.removeItem(keyOf(form));
}

function later(form, wait) {
  const draft = drafts.get(form);
  clearTimeout(draft.timer);
  draft.timer = setTimeout(() => save(form), wait);
}

function save(form) {
  const draft = drafts.get(form);
  if (!draft || draft.sent || !form.isConnected || isMet(form)) return;
  clearTimeout(draft.timer);
  const wrong = fieldsOf(form).find((field) => !field.validity.valid);
  if (wrong) return tell(form, draft, "Not saved: this is needed.");
  tell(form, draft, "Saving…");
  form.requestSubmit();
}

function tell(form, { changed }, text, retries = false) {
  for (const name of changed) {
    const state = by(`[data-state="${name}"]`, form);
    if (!state) continue;
    state.textContent = text;
    state.dataset.kind = text === "Saved" ? "done" : text.startsWith("Not") ? "wrong" : "";
    if (retries) state.append(" ", retryOf(form));
  }
}

function retryOf(form) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "linklike min-h-target";
  button.textContent = "Retry";
  button.addEventListener("click", () => save(form));
  return button;
}

document.addEventListener("input", ({ target }) => {
  const form = formOf(target);
  if (!form || !target.name) return;
  const draft = begin(form);
  draft.changed.add(target.name);
  if (!draft.sent) tell(form, draft, isMet(form) ? "Not saved: choose whose words to keep." : "");
  later(form, PAUSE);
});

document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const form = formOf(target);
  if (drafts.has(form) && !form.contains(relatedTarget)) later(form, LEFT);
});

document.addEventListener("submit", ({ target }) => {
  if (!formOf(target)) return;
  const draft = begin(target);
  clearTimeout(draft.timer);
  draft.sent = wordsOf(target);
  draft.left = new Set(fieldsOf(target).filter(({ value, defaultValue }) => value === defaultValue).map(({ name }) => name));
}, { capture: true });

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  const draft = drafts.get(form);
  if (!draft) return;
  const { status } = ctx.response;
  if ([409, 422].includes(status)) {
    draft.now = typedSince(form, draft);
    form.removeAttribute("hx-morph-skip");
  }
  if (status !== 200) return;
  if (draft.sent !== wordsOf(form) && ctx.request.submitter?.name !== "take") return goOn(form, draft, ctx.text);
  saved.set(ctx, draft);
  forget(form);
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (saved.has(ctx)) return tell(form, saved.get(ctx), "Saved");
  const draft = drafts.get(form);
  if (!draft) return;
  draft.sent = "";
  const status = ctx.response?.status;
  if (status === 200) return later(form, PAUSE); // typed on since
  if (draft.now) return refused(form, draft, status);
  const passes = !status || status >= 500 || [401, 429].includes(status);
  draft.wait = Math.min(Math.max(draft.wait * 2, SOON), SELDOM);
  if (passes) later(form, draft.wait);
  tell(form, draft, passes ? "Not saved: kept here, trying again." : "Not saved: kept here.", true);
});

/* of what was saved, the words are read now; what was left alone may be other by now, and is asked about or follows later */
function goOn(form, { left }, text) {
  for (const { name } of fieldsOf(form).filter((field) => !left.has(field.name)))
    form.elements[`was-${name}`].value = new RegExp(`name="was-${name}" value="(\\w*)"`).exec(text)?.[1] ?? "";
  keep(form);
}

function typedSince(form, { sent, left }) {
  const words = JSON.parse(sent);
  const fields = fieldsOf(form).filter(({ name, value }) => value !== words[name]);
  return fields.map(({ name, value }) => ({ name, value, was: left.has(name) && form.elements[`was-${name}`].value }));
}

/* what was typed since is put back over what was sent */
function refused(form, draft, status) {
  for (const { name, value, was } of draft.now) {
    form.elements[name].value = value;
    if (was) form.elements[`was-${name}`].value = was;
  }
  delete draft.now;
  begin(form);
  tell(form, draft, status === 409 ? "Not saved: choose whose words to keep." : "Not saved.");
}

/* who leaves the page while something is not saved; if that fails as well, the tab still has it. What is under way may
   never arrive, or be older: under a key of their own the same words are no conflict */
addEventListener("pagehide", () => {
  for (const form of drafts.keys()) {
    if (isMet(form)) continue;
    const words = new URLSearchParams(new FormData(form));
    words.set("_key", [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    navigator.sendBeacon(form.action, words);
  }
});

addEventListener("online", () => {
  for (const [form, draft] of drafts) {
    draft.wait = 0;
    save(form);
  }
});

function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "null");
  if (!kept) return;
  const changed = fieldsOf(form).filter((field) => field.name in kept.words && field.value !== kept.words[field.name]);
  if (!changed.length) return forget(form);
  for (const field of all(READ, form)) field.value = kept.read?.[field.name] ?? "0";
  for (const field of changed) field.value = kept.words[field.name];
  form.closest("details").open = true;
  const draft = begin(form);
  for (const { name } of changed) draft.changed.add(name);
  tell(form, draft, "Not saved: kept here, trying again.", true);
  later(form, PAUSE);
}

for (const form of all("form[data-autosave]")) restore(form);

/* who opens words is about to write */
document.addEventListener("click", ({ target }) => {
  const details = target.closest("summary")?.parentElement;
  const form = details && !details.open && by("form[data-autosave]", details);
  if (form) setTimeout(() => fieldsOf(form)[0].focus());
});

/* ---- rows: grabbed by the keyboard or dragged, and sent once, when they are put down ---- */

const rowOf = (handle) => handle.closest("[data-item], [data-course]");
const kindOf = (row) => (row.dataset.item ? "[data-item]" : "[data-course]");
const nameOf = (row) => by("[data-grab]", row).dataset.grab;
const courseOf = (row) => row.parentElement.closest("[data-course]");
const peersOf = (row) => all(`:scope > ${kindOf(row)}`, row.parentElement);
const placeOf = (row) => peersOf(row).indexOf(row) + 1;
const whereIs = (row) => `Place ${placeOf(row)} of ${peersOf(row).length}${row.dataset.item ? ` in ${nameOf(courseOf(row))}` : ""}.`;

let held; // { row, handle, parent, next }: what is grabbed, and where it was
let putting = false;

function put(row, parent, before) {
  putting = true;
  if (parent.moveBefore) parent.moveBefore(row, before);
  else parent.insertBefore(row, before);
  by("[data-grab]", row).focus();
  putting = false;
}

function grab(handle) {
  const row = rowOf(handle);
  held = { row, handle, parent: row.parentElement, next: row.nextSibling };
  row.dataset.grabbed = "";
  handle.setAttribute("aria-pressed", "true");
  say(`${nameOf(row)} grabbed. ${whereIs(row)}`);
}

function letGo() {
  const { row, handle } = held;
  delete row.dataset.grabbed;
  handle.removeAttribute("aria-pressed");
  const from = held;
  held = undefined;
  return from;
}

function cancel() {
  const { row, parent, next } = letGo();
  if (!row.isConnected || !parent.isConnected) return say("What was grabbed is not where it was any more.");
  put(row, parent, next?.parentNode === parent ? next : null);
  say(`${nameOf(row)} is back. ${whereIs(row)}`);
}

/* past the end of a course an item goes on into the next */
function step(row, down) {
  const peer = peersOf(row).at(down ? placeOf(row) : placeOf(row) - 2);
  if (down ? placeOf(row) < peersOf(row).length : placeOf(row) > 1) put(row, row.parentElement, down ? peer.nextSibling : peer);
  else if (row.dataset.item) {
    const courses = all("[data-course]");
    const list = by("ol", courses[courses.indexOf(courseOf(row)) + (down ? 1 : -1)] ?? courseOf(row));
    if (list !== row.parentElement) put(row, list, down ? list.firstChild : null);
  }
  by("[data-grab]", row).scrollIntoView({ block: "nearest" });
  say(whereIs(row));
}

const origins = new WeakMap(); // request → where the row it moves was

function send(from) {
  const { row, parent, next } = from;
  if (row.parentElement === parent && row.nextSibling === next) return say(`${nameOf(row)} stays. ${whereIs(row)}`);
  say(`${nameOf(row)} dropped.`);
  const form = by("#order-to");
  const told = row.dataset.item
    ? { item: row.dataset.item, course_to: courseOf(row).dataset.course, to: placeOf(row) }
    : { course: row.dataset.course, to: placeOf(row) };
  const fields = Object.entries(told).map(([name, value]) => Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  form.append(...fields);
  sending = from;
  form.requestSubmit();
  for (const field of fields) field.remove();
}

let sending;
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.id === "order-to") origins.set(ctx, sending);
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const from = origins.get(ctx);
  if (!from || ctx.response?.status === 200 || !from.row.isConnected || !from.parent.isConnected) return;
  put(from.row, from.parent, from.next?.parentNode === from.parent ? from.next : null);
  say(`${nameOf(from.row)} could not be moved. ${whereIs(from.row)}`);
});

document.addEventListener("click", ({ target, detail }) => {
  const handle = target.closest("[data-grab]");
  if (!handle || detail) return; // a pointer drags
  if (held?.handle === handle) send(letGo());
  else grab(handle);
});

document.addEventListener("keydown", (event) => {
  if (!held) return;
  if (event.key === "Escape" || event.key === "Tab") cancel();
  else if (event.key === "ArrowUp" || event.key === "ArrowDown") step(held.row, event.key === "ArrowDown");
  else return;
  if (event.key !== "Tab") event.preventDefault();
});

document.addEventListener("focusout", ({ target }) => {
  if (held?.handle === target && !putting) cancel();
});

/* by pointer: the row stays where it is until it is let go, a line shows where that would be */

let drag; // { row, handle, x, y, moves, over, side }

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-grab]");
  if (!handle || event.button || held) return;
  event.preventDefault();
  handle.focus();
  handle.setPointerCapture(event.pointerId);
  drag = { row: rowOf(handle), handle, x: event.clientX, y: event.clientY, moves: false };
});

document.addEventListener("pointermove", ({ clientX: x, clientY: y }) => {
  if (!drag) return;
  if (!drag.moves && Math.hypot(x - drag.x, y - drag.y) < 6) return;
  if (!drag.moves) requestAnimationFrame(scroll);
  Object.assign(drag, { x, y, moves: true });
  drag.row.dataset.dragged = "";
  aim();
});

function aim() {
  delete drag.over?.dataset.drop;
  const under = document.elementFromPoint(drag.x, drag.y);
  const over = under?.closest(kindOf(drag.row));
  const list = drag.row.dataset.item && by("ol", under?.closest("[data-course]") ?? document.createElement("i"));
  drag.over = over ?? list;
  if (!drag.over) return;
  const box = drag.over.getBoundingClientRect();
  drag.side = drag.y < box.top + box.height / 2 ? "before" : "after";
  drag.over.dataset.drop = over ? drag.side : "into";
}

function scroll() {
  if (!drag) return;
  const edge = 70;
  const by = drag.y < edge ? -12 : drag.y > innerHeight - edge ? 12 : 0;
  if (by) { scrollBy(0, by); aim(); }
  requestAnimationFrame(scroll);
}

function drop(puts) {
  const { row, over, side, moves } = drag;
  delete row.dataset.dragged;
  delete over?.dataset.drop;
  const into = over?.dataset && !over.matches(kindOf(row));
  drag = undefined;
  if (!puts || !moves || !over || over === row) return;
  const from = { row, parent: row.parentElement, next: row.nextSibling };
  if (into) put(row, over, side === "before" ? over.firstChild : null);
  else put(row, over.parentElement, side === "before" ? over : over.nextSibling);
  send(from);
}

document.addEventListener("pointerup", () => drag && drop(true));
document.addEventListener("pointercancel", () => drag && drop(false));
document.addEventListener("keydown", (event) => { if (drag && event.key === "Escape") drop(false); });

/* ---- adding: the arrows go from the box into what was found and back; what was added leads back to the box ---- */

document.addEventListener("keydown", (event) => {
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const stops = way && event.target.matches("#choices-q, [data-adds] button") ? all("#choices-q, #choices [data-adds] button") : [];
  const next = stops[stops.indexOf(event.target) + way];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!ctx.sourceElement.matches?.("[data-adds]") || !(ctx.response?.status < 400)) return;
  if (!ctx.sourceElement.matches(":has(:focus-visible)")) return;
  setTimeout(() => { by("#choices-q").focus(); by("#choices-q").select(); });
});
