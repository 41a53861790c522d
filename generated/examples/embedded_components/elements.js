// Replaces Whop's script with `--local`: it has the same calls and events, but does not contact Whop. It requests a token at
// the start and a new one after two thirds of its lifetime, and draws elements with values that are made up.
(() => {
  // A server that refreshes its token in the background may return the previous token once more.
  const RETRY_MS = 300;

  const STYLE = `
    :host { display: block; color: inherit; font: 1rem/1.5 system-ui, sans-serif; }
    .amount { font-size: 2rem; font-weight: 700; line-height: 1.2; font-variant-numeric: tabular-nums; }
    .muted { opacity: 0.8; }
    p, h2 { margin: 0; }
    p:has(button) { margin-top: 1rem; }
    button { min-height: 2.75rem; padding: 0 1.25rem; border: 0; border-radius: 0.625rem; background: #2f4fd8; color: #fff;
      font: inherit; font-weight: 600; cursor: pointer; }
    button.full { width: 100%; }
    button.plain { background: transparent; color: inherit; border: 1px solid currentColor; }
    button:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
    dialog { box-sizing: border-box; width: min(26rem, calc(100vw - 2rem)); padding: 1.5rem; border: 0; border-radius: 1rem; background: #fff;
      color: #17171c; }
    dialog.dark { background: #1f1f26; color: #f1f1f4; }
    dialog::backdrop { background: rgb(0 0 0 / 0.55); }
    .actions { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.25rem; }
    .actions button { flex: 1; }
  `;

  // A document of its own, as Whop's elements have one: the styles of the page do not apply to it.
  function attach(host, html) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    root.innerHTML = html;
    return root;
  }

  // The time at which a token expires, in milliseconds. The mock server writes it into the claims, as Whop does.
  function expiry(token) {
    const claims = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    return JSON.parse(atob(claims)).exp * 1000;
  }

  class Session {
    constructor(whop, options) {
      this.whop = whop;
      this.options = { currency: "USD", ...options };
      this.listeners = {};
      this.elements = [];
      this.tokens = 0;
      this.timer = setTimeout(() => this.refresh(), 0);
    }

    on(event, listener) {
      (this.listeners[event] ??= []).push(listener);
    }

    emit(event, ...values) {
      for (const listener of this.listeners[event] ?? []) listener(...values);
    }

    async refresh() {
      let wait = RETRY_MS;
      try {
        const token = await this.options.token();
        if (this.isDestroyed) return;
        if (token !== this.token) {
          wait = ((expiry(token) - Date.now()) * 2) / 3;
          this.token = token;
          this.tokens += 1;
          this.draw();
          this.emit(this.tokens === 1 ? "ready" : "tokenRefreshed", token);
        }
      } catch (error) {
        if (this.isDestroyed) return;
        this.emit("tokenRefreshError", error);
      }
      this.timer = setTimeout(() => this.refresh(), Math.max(RETRY_MS, wait));
    }

    draw() {
      for (const element of this.elements) element.draw();
    }

    updateOptions(options) {
      Object.assign(this.options, options);
      this.draw();
      this.emit("optionsUpdated", this.options);
    }

    destroy() {
      this.isDestroyed = true;
      clearTimeout(this.timer);
      for (const element of this.elements) element.unmount();
    }

    money(amount) {
      return amount.toLocaleString("en", { style: "currency", currency: this.options.currency });
    }

    createElement(type) {
      const content = {
        "balance-element": () => `
          <p class="amount">${this.money(2480.5)}</p><p class="muted">${this.money(319.2)} pending</p>`,
        "withdraw-button-element": () => `<button class="full">Withdraw ${this.money(2480.5)}</button>`,
        "deposit-element": () => `
          <p class="amount">${this.money(120)}</p><p class="muted">Ready to spend</p>
          <p><button class="full">Add funds</button></p>`,
      };
      const element = {
        mount: (selector) => {
          const target = document.querySelector(selector);
          element.host = document.createElement("div");
          element.target = target;
          this.elements.push(element);
          if (this.token) element.draw();
        },
        // The attribute says which token the element was drawn with, for the test.
        draw: () => {
          element.target.replaceChildren(element.host);
          element.host.dataset.element = `${type} of ${this.options.companyId}, token ${this.tokens}, ${this.options.currency}`;
          attach(element.host, content[type]());
        },
        unmount: () => element.target.replaceChildren(),
      };
      return element;
    }

    showModal(title, text, action, options) {
      const host = document.body.appendChild(document.createElement("div"));
      host.dataset.modal = title;
      const theme = this.whop.options.appearance?.theme?.appearance;
      const root = attach(host, `
        <dialog class="${theme}" aria-labelledby="title">
          <h2 id="title">${title}</h2><p class="muted">${text}</p>
          <div class="actions"><button class="plain">Cancel</button><button>${action}</button></div>
        </dialog>`);
      const dialog = root.querySelector("dialog");
      const close = () => dialog.close();
      dialog.addEventListener("close", () => {
        host.remove();
        options.onClose?.();
      });
      const [cancel, confirm] = root.querySelectorAll("button");
      cancel.addEventListener("click", close);
      confirm.addEventListener("click", () => {
        close();
        options.onReset?.();
      });
      dialog.showModal();
      return { close };
    }

    showChangeAccountCountryModal(options = {}) {
      const text = "Your payout methods depend on the country of your bank.";
      return this.showModal("Change country", text, "Continue", options);
    }

    showResetAccountModal(options = {}) {
      const text = "Your payout methods are removed. You may have to verify your identity again.";
      return this.showModal("Reset account", text, "Reset", options);
    }
  }

  window.WhopElements = class {
    constructor(options) {
      this.options = options;
    }

    updateOptions(options) {
      Object.assign(this.options, options);
    }

    createPayoutsSession(options) {
      return new Session(this, options);
    }

    createWalletSession(options) {
      return new Session(this, options);
    }
  };
})();
