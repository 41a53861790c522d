// Stands in for Whop's script with `--local`: the same calls and events, and no Whop behind them. It asks for a token at
// the start and again when two thirds of its life are over, and writes into each element what it would be drawn with.
(() => {
  // A server that renews behind the scenes may give the old token once more.
  const AGAIN_MS = 300;

  // When a token ends. The local Whop writes it into the claims, as Whop itself does.
  function end(token) {
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
      let wait = AGAIN_MS;
      try {
        const token = await this.options.token();
        if (token !== this.token) {
          wait = ((end(token) - Date.now()) * 2) / 3;
          this.token = token;
          this.tokens += 1;
          this.emit(this.tokens === 1 ? "ready" : "tokenRefreshed", token);
        }
      } catch (error) {
        this.emit("tokenRefreshError", error);
      }
      for (const element of this.elements) element.draw();
      setTimeout(() => this.refresh(), Math.max(AGAIN_MS, wait));
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
