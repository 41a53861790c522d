// Shows the components of Whop, and says what state they are in: loading, ready, error, expired, or unavailable.

// The components call the account `companyId`.
const { environment, account: companyId, redirectUrl } = document.body.dataset;
const main = document.querySelector("main");
const notice = document.getElementById("notice");
const message = document.getElementById("message");
const retry = document.getElementById("retry");
const currency = document.getElementById("currency");
const dark = matchMedia("(prefers-color-scheme: dark)");

const MESSAGES = {
  loading: "Loading your account…",
  ready: "Your account is up to date.",
  error: "We could not open your account. Nothing was changed.",
  expired: "You were away for a while. Refresh to see your current balance.",
  unavailable: "The payout components could not be loaded. Check your connection.",
};

let elements;
let sessions = {};
let modal;
let expiresAt = 0;
let expiry;

function show(state, text = MESSAGES[state]) {
  const needsAction = ["error", "expired", "unavailable"].includes(state);
  document.body.dataset.state = state;
  main.setAttribute("aria-busy", String(state === "loading"));
  // What an expired session shows cannot be used.
  main.inert = state === "expired";
  notice.setAttribute("role", needsAction ? "alert" : "status");
  message.textContent = text;
  retry.hidden = !needsAction;
  retry.textContent = state === "expired" ? "Refresh" : "Try again";
}

// Each session calls this at its start and before its token expires. The request has the visitor's cookie, by which the server
// knows the account to create the token for.
async function token() {
  const response = await fetch("/api/token", { method: "POST" });
  if (!response.ok) throw new Error(`the server responded with ${response.status}`);
  const issued = await response.json();
  expiresAt = Date.parse(issued.expires_at);
  return issued.token;
}

// Without a new token in time, what the page shows is out of date.
function watchExpiry() {
  clearTimeout(expiry);
  expiry = setTimeout(() => {
    if (Date.now() >= expiresAt) show("expired");
    else watchExpiry();
  }, Math.max(0, expiresAt - Date.now()));
}

function appearance() {
  return { theme: { appearance: dark.matches ? "dark" : "light" } };
}

function stop() {
  clearTimeout(expiry);
  modal?.close();
  for (const session of Object.values(sessions)) session.destroy();
  sessions = {};
}

function start() {
  stop();
  show("loading");
  if (!window.WhopElements) return show("unavailable");
  elements = new WhopElements({ environment, appearance: appearance() });
  const options = { token, companyId, currency: currency.value };
  const payouts = elements.createPayoutsSession({ ...options, redirectUrl });
  const wallet = elements.createWalletSession(options);
  sessions = { payouts, wallet };

  const waiting = new Set(Object.values(sessions));
  for (const session of Object.values(sessions)) {
    const fail = (error) => {
      console.error(error);
      if (waiting.has(session)) show("error");
      else if (Date.now() < expiresAt) show("ready", "The connection is slow. Your balance may be out of date.");
    };
    session.on("ready", () => {
      waiting.delete(session);
      if (waiting.size > 0) return;
      show("ready");
      watchExpiry();
      openModal();
    });
    session.on("tokenRefreshed", () => {
      if (waiting.size > 0) return;
      show("ready");
      watchExpiry();
    });
    session.on("optionsUpdated", () => {
      if (waiting.size === 0) message.textContent = `Amounts are in ${currency.value}.`;
    });
    session.on("tokenRefreshError", fail);
    session.on("error", fail);
  }
  payouts.createElement("balance-element", {}).mount("#balance");
  payouts.createElement("withdraw-button-element", {}).mount("#withdraw");
  wallet.createElement("deposit-element", {}).mount("#deposit");
}

// The modals have addresses, so that other pages can link to them.
function openModal() {
  modal?.close();
  const closed = () => {
    modal = undefined;
    if (location.hash) history.replaceState(null, "", location.pathname);
  };
  const { payouts } = sessions;
  if (!payouts || document.body.dataset.state !== "ready") return;
  if (location.hash === "#change-country") modal = payouts.showChangeAccountCountryModal({ onClose: closed });
  if (location.hash === "#reset-account") modal = payouts.showResetAccountModal({ onClose: closed, onReset: start });
}

currency.value = document.body.dataset.currency;
currency.addEventListener("change", () => {
  for (const session of Object.values(sessions)) session.updateOptions({ currency: currency.value });
});
dark.addEventListener("change", () => elements?.updateOptions({ appearance: appearance() }));
retry.addEventListener("click", () => (window.WhopElements ? start() : location.reload()));
addEventListener("hashchange", openModal);
addEventListener("pagehide", stop);
// A page from the browser's history starts again.
addEventListener("pageshow", (event) => event.persisted && start());
start();
