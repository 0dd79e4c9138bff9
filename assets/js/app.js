/* What HTML and htmx leave to do: keep the focus, say what happened, close what is finished. Everything works without this file. */

const by = (selector, root = document) => root.querySelector(selector);

/* an answer of ours as a document beside the page: to be read, not shown */
const rules = { createHTML: (html) => html };
const policy = globalThis.trustedTypes?.createPolicy("app", rules) ?? rules;
const asDocument = (html) => new DOMParser().parseFromString(policy.createHTML(html ?? ""), "text/html");

/* what is typed is what the box says, also to a new page that is laid over this one */
document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-box]")) target.setAttribute("value", target.value);
});

/* ---- messages: politely when done, at once and to stay when something failed ---- */

let about; // what the alert that stands is about: the form that was not sent, and whether for want of a line

function toast(text, kind = "done", of) {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Dismiss";
  close.addEventListener("click", () => takeAway(note));
  note.append(close);
  const shelf = by(kind === "error" ? "#alerts" : "#toasts");
  shelf.replaceChildren(note);
  if (kind === "error") about = of;
  else setTimeout(() => note.remove(), 8000);
}

function takeAway(note) {
  const lost = note?.contains(document.activeElement);
  note?.remove();
  if (lost) by("main").focus({ preventScroll: true });
}

/* what is no longer so needs nobody to dismiss it */
function settle() {
  about = undefined;
  takeAway(by("#alerts > .toast"));
}

const sentences = {
  timeout: "That took too long. Nothing was lost: please try again.",
  offline: "You are offline. Nothing was lost: it is sent when you are connected again.",
  network: "Tastebuds did not answer. Nothing was lost: please try again when you are connected.",
  other: "That did not work. Nothing was lost: please try again.",
};

function sentenceIn(html) {
  return by("[data-sentence]", asDocument(html))?.textContent.trim();
}

/* a form that saves itself, keeps what could not be saved, and says so beside each field (editor.js) */
const keeps = (form) => form.matches?.("[data-autosave]");
const savedItself = ({ sourceElement: form, request }) => keeps(form) && !request.submitter;

/* A page that shows what is wrong, or what others wrote, beside each field is put in place and needs no message. */
const isForm = (ctx) => [409, 422].includes(ctx.response?.status) && !sentenceIn(ctx.text);

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (isForm(ctx) || quiet(ctx)) return;
  const address = by("[data-asks]", asDocument(ctx.text))?.dataset.asks;
  if (address) return void ask(address, ctx);
  if (keeps(ctx.sourceElement) && [429, 500, 502, 503, 504].includes(ctx.response.status)) return;
  toast(sentenceIn(ctx.text) || sentences.other, "error", { form: ctx.sourceElement });
});

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if ([409, 422].includes(ctx.response?.status) && !isForm(ctx)) event.preventDefault();
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (!ctx || quiet(ctx) || keeps(ctx.sourceElement)) return;
  const late = ctx.request.signal.reason === "timeout";
  const offline = !late && !ctx.response && attempts.has(ctx) && !navigator.onLine;
  const away = offline ? sentences.offline : sentences.network;
  toast(late ? sentences.timeout : ctx.response ? sentences.other : away, "error", { form: ctx.sourceElement, offline });
});

/* ---- what was sent and not answered: kept, marked, and sent again under the same key, by which it counts once ---- */

const attempts = new WeakMap(); // request → what was sent
const unsaved = new Map(); // form → what was sent, and not known to be saved

const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const { request, sourceElement: form } = ctx;
  if (request.method === "GET" || !form.matches("form")) return;
  const fields = new URLSearchParams(request.body);
  for (const name of ["_key", "_csrf_token"]) fields.delete(name);
  const body = `${request.action} ${fields}`;
  const before = unsaved.get(form);
  const key = before?.body === body ? before.key : newKey();
  request.headers["Idempotency-Key"] = key;
  attempts.set(ctx, { key, body, submitter: request.submitter });
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const attempt = attempts.get(ctx);
  if (!attempt) return;
  const form = ctx.sourceElement;
  const status = ctx.response?.status;
  if (status < 400 && about?.form === form) settle();
  by("[data-unsaved]", form)?.remove();
  if (keeps(form)) return;
  if (status && status < 500 && ![401, 429].includes(status)) return unsaved.delete(form);
  unsaved.set(form, { ...attempt, offline: !status && !navigator.onLine });
  if (by("textarea, input:not([type=hidden])", form)) form.append(mark(navigator.onLine));
});

function mark(online) {
  const note = document.createElement("p");
  note.className = "text-small font-medium text-wrong";
  note.dataset.unsaved = "";
  note.textContent = online
    ? "Not saved yet. What you typed is kept here: save it again in a moment."
    : "Offline. What you typed is kept here, and saved when you are connected again.";
  return note;
}

addEventListener("online", () => {
  if (about?.offline) {
    settle();
    toast("You are connected again.");
  }
  for (const [form, { offline, submitter }] of unsaved)
    if (offline && form.isConnected) form.requestSubmit(submitter?.isConnected ? submitter : null);
});

addEventListener("beforeunload", (event) => {
  if ([...unsaved.keys()].some((form) => form.isConnected)) event.preventDefault();
});

/* ---- who is there? Asked in place; what was sent goes through after the answer, with the token of the new session ---- */

const SESSION = "/session"; // where asking ends: a page of whoever is logged in then
const waiting = new Set(); // requests
const tokenOf = (page) => JSON.parse(page.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRF-Token"] ?? "";
const writerOf = (page) => tokenOf(page).split(".")[0];

/* drafts in the tab (editor.js) are their writer's: who logs out, or comes after, leaves none and finds none */
function forgetDrafts(but) {
  try {
    const drafts = Object.keys(sessionStorage).filter((key) => key.startsWith("draft "));
    for (const key of drafts) if (!but || !key.startsWith(`draft ${but} `)) sessionStorage.removeItem(key);
  } catch { /* forbidden: then there are none */ }
}

if (writerOf(document)) forgetDrafts(writerOf(document));
document.addEventListener("submit", ({ target }) => {
  if (target.getAttribute("action") === "/logout") forgetDrafts();
});

async function ask(address, ctx) {
  waiting.add(ctx);
  if (waiting.size > 1) return;
  const first = await look(address);
  if (!first || first.ends) return answered(first?.page);
  const dialog = document.createElement("dialog");
  dialog.className = "asking";
  dialog.setAttribute("aria-labelledby", "asked-title");
  let page;
  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(event.target, event.submitter));
    const next = await look(event.target.action, { method: "POST", body });
    if (!next) return;
    if (!next.ends) return show(dialog, next.page);
    page = next.page;
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    answered(page, "Nothing was sent. What you typed is still here.");
  });
  document.body.append(dialog);
  dialog.showModal();
  show(dialog, first.page);
  const why = document.createElement("p");
  why.className = "text-soft";
  why.textContent = sentenceIn(ctx.text);
  by("h1", dialog).after(why);
}

async function look(address, options) {
  try {
    const answer = await fetch(address, options);
    return { page: asDocument(await answer.text()), ends: answer.ok && new URL(answer.url).pathname === SESSION };
  } catch {
    toast(sentences.network, "error");
  }
}

/* what a page shows, with names that are not taken here */
function show(dialog, page) {
  const shown = by("main", page);
  elsewhere(shown);
  for (const element of shown.querySelectorAll("[id]")) element.id = `asked-${element.id}`;
  for (const name of ["for", "aria-describedby", "aria-labelledby"])
    for (const element of shown.querySelectorAll(`[${name}]`))
      element.setAttribute(name, element.getAttribute(name).split(" ").map((id) => `asked-${id}`).join(" "));
  for (const link of shown.querySelectorAll('a[href^="#"]')) link.hash = `#asked-${link.hash.slice(1)}`;
  by("h1", shown).id = "asked-title";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button-quiet";
  close.textContent = "Not now";
  close.addEventListener("click", () => dialog.close());
  dialog.replaceChildren(...shown.childNodes, close);
  (by("[aria-invalid=true]", dialog) ?? by("input:not([type=hidden], [hidden])", dialog))?.focus();
}

/* a passkey and a provider take a page of their own: what waits here would be gone with this one */
function elsewhere(shown) {
  const named = !/^\[|^[\d.]+$/.test(location.hostname); // a number is no name to a passkey
  const [passkey, provider] = [named && by("form[data-passkey]", shown), by("form[data-provider]", shown)];
  const names = [passkey && "a passkey", provider?.dataset.provider].filter(Boolean).join(" or ");
  for (const element of shown.querySelectorAll("form[data-passkey], [data-passkey-not], form[data-provider], [data-leads-away]")) element.remove();
  if (!names) return;
  const note = document.createElement("p");
  note.className = "text-small text-soft";
  const link = document.createElement("a");
  link.textContent = "use it in another tab";
  link.href = by("form", shown).action;
  link.target = "_blank";
  link.rel = "noopener";
  note.append(`Only a page of its own can ask for ${names}: `, link, ", come back, and send this again.");
  by("form", shown).after(note);
}

function answered(page, otherwise) {
  const sent = [...waiting];
  waiting.clear();
  const { active } = places.get(sent[0]) ?? {};
  if (active?.isConnected) focusOn(active);
  if (!page) return otherwise && toast(otherwise, "error", { form: sent[0].sourceElement });
  if (tokenOf(page) === tokenOf(document)) return toast(sentences.other, "error");
  if (writerOf(page) !== writerOf(document))
    return toast("Another account is logged in now. What is on this page was written with the one before, and was not sent.", "error");
  document.body.setAttribute("hx-headers:inherited", page.body.getAttribute("hx-headers:inherited"));
  for (const field of document.querySelectorAll("input[name=_csrf_token]")) field.value = tokenOf(page);
  for (const { sourceElement: element, request } of sent) {
    if (!element.isConnected) continue;
    if (element.matches("form")) element.requestSubmit(request.submitter?.isConnected ? request.submitter : null);
    else element.click();
  }
}

/* ---- what comes from outside: it never moves what the reader has reached, and is told in one quiet sentence ---- */

const quiet = (ctx) => ctx?.sourceElement?.matches?.("[data-quiet]");

let reached = false; // the pointer has been among the rows since they were last drawn
let held; // the newest list, while it waits to be shown

document.addEventListener("pointermove", ({ target }) => { if (target.closest?.("#hits")) reached = true; });

function isReached(list) {
  const hits = by("#hits", list);
  return hits && (reached || hits.contains(document.activeElement) || hits.getBoundingClientRect().top < 0);
}

const rowsOf = (root) => [...root.querySelectorAll("[data-row]")];

/* The rows of `html` that are not there yet; none if those that are there would stay where they are. */
function newcomers(list, html) {
  const next = rowsOf(asDocument(html));
  const now = rowsOf(list).map((row) => row.id);
  const stays = now.every((id, place) => next[place]?.id === id);
  return stays ? [] : next.filter((row) => !now.includes(row.id));
}

function hold(list, html) {
  const fresh = newcomers(list, html);
  if (!fresh.length || !isReached(list)) return drop();
  held = html;
  list.removeAttribute("aria-busy");
  const names = [...new Set(fresh.map((row) => row.dataset.from))].join(", ");
  const note = by("#more") ?? document.createElement("p");
  note.id = "more";
  note.className = "toast";
  note.textContent = `${fresh.length} more from ${names}`;
  const show = document.createElement("button");
  show.type = "button";
  show.textContent = "Show";
  show.addEventListener("click", reveal);
  note.append(show);
  if (!note.isConnected) by("#toasts").replaceChildren(note);
  return true;
}

function drop() {
  held = undefined;
  by("#more")?.remove();
  return false;
}

let before; // where the focus was among the rows when the reader went to the note
document.addEventListener("focusin", ({ target }) => { if (target.closest("#hits")) before = target.closest("[data-row]"); });

async function reveal() {
  const html = held;
  const list = by("#found");
  const known = new Set(rowsOf(list).map((row) => row.id));
  drop();
  reached = false;
  await htmx.swap({ text: html, target: list, swap: "outerMorph", sourceElement: list });
  const row = (before?.isConnected && before) || rowsOf(by("#found")).find(({ id }) => !known.has(id));
  focusOn(by("a[href], button", row ?? by("#found")));
}

document.addEventListener("htmx:sse:before:message", (event) => {
  const list = by("#found");
  const { message } = event.detail;
  if (!message.event && list && hold(list, message.data)) event.detail.cancelled = true;
});

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const list = by("#found");
  if (!quiet(ctx) || !ctx.sourceElement.matches("[hx-get]") || !list) return;
  if (hold(list, ctx.text)) event.preventDefault();
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (quiet(ctx)) speak();
  else if (ctx.target?.matches?.("#results, #choices, #content")) { drop(); reached = false; speak(); }
});

/* the reader is told once it has settled, not once for each source */
let speaking;
function speak() {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    const sources = [...document.querySelectorAll("[data-source]")];
    const names = (list) => list.map((source) => source.dataset.name).join(", ");
    const asked = sources.filter((source) => source.dataset.state === "asking");
    const answered = sources.filter((source) => Number(source.dataset.found));
    const found = answered.reduce((sum, source) => sum + Number(source.dataset.found), 0);
    if (!sources.length) return;
    by("#outside-said").textContent =
      (answered.length ? `${found} from outside: ${names(answered)}.` : "Nothing from outside.") +
      (asked.length ? ` Still asking ${names(asked)}.` : "");
  }, 1000);
}

/* ---- focus: where it was; where the page says; never nowhere ---- */

const places = new WeakMap();

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (quiet(ctx)) return;
  const active = document.activeElement;
  ctx.target?.setAttribute("aria-busy", "true");
  places.set(ctx, { active, id: active?.id, elsewhere: active?.closest("[data-focus-else]")?.dataset.focusElse, form: ctx.sourceElement });
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const place = places.get(ctx);
  if (quiet(ctx) && !place) return; // what was pressed is gone: the element that was swapped now stands for it
  ctx.target?.removeAttribute?.("aria-busy");
  // htmx gives disabled buttons back right after this event
  queueMicrotask(() => {
    if (!place) return;
    const asked = !savedItself(ctx); // else nobody is taken from where they write
    if (asked && ctx.response?.status < 400) finish(place.form);
    if (asked && ctx.response?.status === 422) by("[aria-invalid=true]", ctx.target)?.focus();
    if (asked && ctx.response?.status === 409) focusOn(by("[data-conflict]"));
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (!lost || !place.active || place.active === document.body) return;
    goOn(place, ctx.target?.id);
  });
});

/* a morph leaves what was ticked and chosen: where mine met theirs, it is what the page says */
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (!(ctx.response?.status === 409 && by("[data-conflict]", ctx.target)) && ctx.request?.submitter?.name !== "take") return;
  for (const each of ctx.target.querySelectorAll("input")) each.checked = each.defaultChecked;
  for (const each of ctx.target.querySelectorAll("option")) each.selected = each.defaultSelected;
});

/* and what is said already: nobody hears it again unless it is set again */
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  for (const status of attempts.has(ctx) ? ctx.target.querySelectorAll("[id$=-said]") : []) {
    const nodes = [...status.childNodes];
    status.replaceChildren();
    setTimeout(() => status.replaceChildren(...nodes), 100);
  }
});

function goOn({ id, elsewhere }, otherwise) {
  for (const selector of [id && `#${CSS.escape(id)}`, elsewhere, otherwise && `#${CSS.escape(otherwise)}`])
    if (selector && focusOn(by(selector))) return;
  focusOn(by("main"));
}

/* an answer that loads the page anew (HX-Refresh) leaves the reader where they were on it */
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const { id, elsewhere } = places.get(ctx) ?? {};
  try {
    if (ctx.response.raw.headers.has("HX-Refresh")) sessionStorage.setItem("place", JSON.stringify([{ id, elsewhere }, ctx.target?.id]));
  } catch { /* full, or forbidden */ }
});

try {
  const kept = sessionStorage.getItem("place");
  sessionStorage.removeItem("place");
  if (kept) goOn(...JSON.parse(kept));
} catch { /* forbidden: then the page begins at its top */ }

function focusOn(element) {
  if (!element || element.closest("details:not([open]) > :not(summary)")) return false;
  if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
  return document.activeElement === element;
}

/* A form that did its work: `data-resets` empties it, `data-closes` shuts its <details>, `data-adds` says so, `data-focus-next` moves on. */
function finish(form) {
  const { resets, closes, adds, focusNext } = form.dataset;
  if (resets !== undefined) form.reset();
  if (closes !== undefined) {
    const details = form.closest("details");
    details.open = false;
    if (details.contains(document.activeElement) || document.activeElement === document.body) by("summary", details).focus();
  }
  if (adds !== undefined) {
    const button = by("button", form);
    button.setAttribute("aria-disabled", "true");
    button.lastChild.textContent = "In this course";
    form.addEventListener("submit", (event) => { event.preventDefault(); event.stopImmediatePropagation(); }, { capture: true });
  }
  if (focusNext) focusOn(by(focusNext));
}

by("[data-focus-on-load]")?.focus();
