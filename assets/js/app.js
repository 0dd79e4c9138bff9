/* What HTML and htmx leave to do: keep the focus, say what happened, close what is finished. Everything works without this file. */

const by = (selector, root = document) => root.querySelector(selector);

/* ---- "/" goes to the one box ---- */

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  const box = by("[data-box]");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

/* ---- messages: politely when done, at once and to stay when something failed ---- */

function toast(text, kind = "done") {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Dismiss";
  close.addEventListener("click", () => {
    note.remove();
    if (document.activeElement === document.body) by("main").focus({ preventScroll: true });
  });
  note.append(close);
  const shelf = by(kind === "error" ? "#alerts" : "#toasts");
  shelf.replaceChildren(note);
  if (kind !== "error") setTimeout(() => note.remove(), 8000);
}

const sentences = {
  timeout: "That took too long. Nothing was lost: please try again.",
  network: "Tastebuds did not answer. Nothing was lost: please try again when you are connected.",
  other: "That did not work. Nothing was lost: please try again.",
};

function sentenceIn(html) {
  return by("[data-sentence]", new DOMParser().parseFromString(html ?? "", "text/html"))?.textContent.trim();
}

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.response.status === 422 || failedPanel(ctx)) return;
  toast(sentenceIn(ctx.text) || sentences.other, "error");
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (!ctx || failedPanel(ctx)) return;
  const late = ctx.request.signal.reason === "timeout";
  toast(late ? sentences.timeout : ctx.response ? sentences.other : sentences.network, "error");
});

/* ---- outside panels: one quiet sentence when they have settled ---- */

function failedPanel({ sourceElement: panel }) {
  if (!panel.matches?.("[data-outside]")) return false;
  panel.removeAttribute("aria-busy");
  by("[data-waiting]", panel)?.replaceChildren("did not answer");
  const advice = document.createElement("p");
  advice.className = "max-w-measure py-2 text-soft";
  advice.textContent = "Search again to ask once more.";
  by("[data-bones]", panel)?.replaceWith(advice);
  speakOfPanels();
  return true;
}

let speaking;
function speakOfPanels() {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    const panels = [...document.querySelectorAll("[data-outside]")];
    const names = (list) => list.map((panel) => panel.dataset.name).join(", ");
    const asked = panels.filter((panel) => panel.hasAttribute("aria-busy"));
    const answered = panels.filter((panel) => panel.dataset.found);
    const found = answered.reduce((sum, panel) => sum + Number(panel.dataset.found), 0);
    by("#said").textContent =
      (answered.length ? `${found} more from ${names(answered)}.` : "No outside source has answered.") +
      (asked.length ? ` Still asking ${names(asked)}.` : "");
  }, 1000);
}

/* ---- focus: where it was; where the page says; never nowhere ---- */

const places = new WeakMap();

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const active = document.activeElement;
  ctx.target?.setAttribute("aria-busy", "true");
  places.set(ctx, { active, id: active?.id, elsewhere: active?.closest("[data-focus-else]")?.dataset.focusElse, form: ctx.sourceElement });
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  ctx.target?.removeAttribute?.("aria-busy");
  // htmx gives disabled buttons back right after this event
  queueMicrotask(() => {
    const place = places.get(ctx);
    if (!place) return;
    if (ctx.response?.status < 400) finish(place.form);
    if (ctx.response?.status === 422) by("[aria-invalid=true]", ctx.target)?.focus();
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (!lost || !place.active || place.active === document.body) return;
    const next = [place.id && `#${CSS.escape(place.id)}`, place.elsewhere, ctx.target?.id && `#${CSS.escape(ctx.target.id)}`];
    for (const selector of next.filter(Boolean)) if (focusOn(by(selector))) return;
    focusOn(by("main"));
  });
});

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

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.matches?.("[data-outside]")) speakOfPanels();
});

by("[data-focus-on-load]")?.focus();
