// Replaces Whop's script with `--local`: it has the same calls and events, but does not contact Whop. It requests a token at
// the start and a new one after two thirds of its lifetime, and writes the values it received into each element.
(() => {
  // A server that refreshes its token in the background may return the previous token once more.
  const RETRY_MS = 300;

  // The time at which a token expires, in milliseconds. The mock server writes it into the claims, as Whop does.
  function expiry(token) {
    const claims = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    return JSON.parse(atob(claims)).exp * 1000;
  }

  class Session {
    constructor(options) {
      this.options = options;
      this.listeners = {};
      this.elements = [];
      this.tokens = 0;
      setTimeout(() => this.refresh(), 0);
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
        if (token !== this.token) {
          wait = ((expiry(token) - Date.now()) * 2) / 3;
          this.token = token;
          this.tokens += 1;
          this.emit(this.tokens === 1 ? "ready" : "tokenRefreshed", token);
        }
      } catch (error) {
        this.emit("tokenRefreshError", error);
      }
      for (const element of this.elements) element.draw();
      setTimeout(() => this.refresh(), Math.max(RETRY_MS, wait));
    }

    createElement(type) {
      let target;
      const element = {
        mount: (selector) => {
          target = document.querySelector(selector);
          this.elements.push(element);
          element.draw();
        },
        draw: () => {
          target.textContent = `${type} of ${this.options.companyId}, token ${this.tokens}`;
        },
      };
      return element;
    }
  }

  window.WhopElements = class {
    createPayoutsSession(options) {
      return new Session(options);
    }

    createWalletSession(options) {
      return new Session(options);
    }
  };
})();
