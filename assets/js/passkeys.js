/* Passkeys: asks the browser for one and sends what it answers with the form. Where that cannot be, the forms stay hidden. */

const said = {
  NotAllowedError: "Nothing was chosen. Try again when you are ready.",
  InvalidStateError: "This device has a passkey for your account already.",
  SecurityError: "Passkeys do not work at this address.",
  404: "Your account has no passkey yet.",
  other: "That did not work. Reload the page and try again.",
};

const named = !/^\[|^[\d.]+$/.test(location.hostname); // a number is no name to a passkey
const able = named && typeof PublicKeyCredential === "function" && typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function";
const forms = [...document.querySelectorAll("form[data-passkey]")];

for (const form of forms) form.hidden = !able;
for (const note of document.querySelectorAll("[data-passkey-not]")) note.hidden = able;

async function options(form) {
  const sent = new URLSearchParams({ purpose: form.dataset.purpose });
  const token = form.elements.namedItem("_csrf_token");
  if (token) sent.set("_csrf_token", token.value);
  const answer = await fetch("/passkeys/challenges", { method: "POST", body: sent });
  if (!answer.ok || answer.redirected) throw { name: answer.status };
  return answer.json();
}

async function asked(form, more) {
  const json = await options(form);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json), ...more });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(json), ...more });
}

function send(form, credential) {
  form.elements.namedItem("credential").value = JSON.stringify(credential.toJSON());
  const remember = form.elements.namedItem("remember");
  if (remember && document.querySelector("input[type=checkbox][name=remember]")?.checked) remember.value = "1";
  form.submit();
}

/* one question at a time: the one that waits in the address field gives way to a button */
let waiting;

async function press(event) {
  event.preventDefault();
  const form = event.target;
  const note = form.querySelector("[data-passkey-said]");
  const button = form.querySelector("button");
  if (button.getAttribute("aria-disabled") || !form.reportValidity()) return;
  button.setAttribute("aria-disabled", "true");
  note.textContent = "";
  waiting?.abort();
  try {
    send(form, await asked(form, {}));
  } catch (error) {
    note.textContent = said[error.name] ?? said.other;
    button.removeAttribute("aria-disabled");
  }
}

/* browsers offer passkeys where an address is typed (autocomplete="… webauthn") */
async function offer(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  try {
    send(form, await asked(form, { mediation: "conditional", signal: waiting.signal }));
  } catch { /* the button is still there */ }
}

if (able) {
  for (const form of forms) form.addEventListener("submit", press);
  const login = forms.find((form) => form.dataset.purpose === "login");
  if (login && document.querySelector("input[autocomplete~=webauthn]")) offer(login);
}
