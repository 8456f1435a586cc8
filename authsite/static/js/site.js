// Small comforts on pages that work without them. Every text comes from the page, so that it is in the person's language.
"use strict";

(() => {
  const language = document.documentElement.lang || undefined;
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const show = (element) => {
    element.hidden = false;
  };

  document.getElementById("error-summary")?.focus();

  // A page that answered the form before it gets its own address. The browser then forgets that form, with the password in it:
  // a reload, or a way back to here, asks for this page and sends nothing again.
  for (const form of all("form[data-own-address]")) history.replaceState(history.state, "", form.action);

  // Copy buttons. Pages without TLS have no clipboard interface, and are given the older command.
  const copyOldWay = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyOldWay(text);
    }
  };

  for (const button of all("[data-copy]")) {
    show(button);
    button.addEventListener("click", async () => {
      const status = button.parentElement.querySelector("[data-copy-status]");
      status.textContent = "";
      const done = await copy(button.dataset.copy);
      button.focus();
      if (done) status.textContent = button.dataset.copied;
    });
  }

  for (const button of all("[data-print]")) {
    show(button);
    button.addEventListener("click", () => window.print());
  }

  // Show a password while it is typed. It is hidden again before it is sent, so that browsers do not keep it as plain text.
  for (const button of all("[data-show-password]")) {
    const input = document.getElementById(button.dataset.showPassword);
    const set = (shown) => {
      input.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
    };
    show(button);
    button.addEventListener("click", () => set(input.type === "password"));
    input.form.addEventListener("submit", () => set(false));
  }

  // A form is sent once: the second half of a double click would find its code used.
  document.addEventListener("submit", (event) => {
    const { dataset } = event.target;
    if (dataset.sent) event.preventDefault();
    dataset.sent = "yes";
    setTimeout(() => delete dataset.sent, 2000);
  });

  // Times in the person's own zone; the original stays as a tooltip.
  const styles = { date: { dateStyle: "medium" }, time: { timeStyle: "short" }, "": { dateStyle: "medium", timeStyle: "short" } };
  for (const time of all("time[data-local]")) {
    time.title = time.textContent;
    time.textContent = new Intl.DateTimeFormat(language, styles[time.dataset.local]).format(new Date(time.dateTime));
  }

  // The server's clock, running.
  for (const clock of all("[data-clock]")) {
    const ahead = Date.parse(clock.dateTime) - Date.now();
    setInterval(() => {
      clock.textContent = `${new Date(Date.now() + ahead).toISOString().slice(11, 19)} UTC`;
    }, 1000);
  }

  // How long a pause still lasts, in whole minutes: it is read out at each change.
  const inMinutes = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  for (const wait of all("[data-until]")) {
    const end = Date.parse(wait.dataset.until);
    const tick = setInterval(() => {
      const minutes = Math.ceil((end - Date.now()) / 60000);
      const text = minutes > 0 ? inMinutes.format(minutes, "minute") : wait.dataset.over;
      if (wait.textContent !== text) wait.textContent = text;
      if (minutes <= 0) clearInterval(tick);
    }, 1000);
  }

  // Two minutes before the session ends for lack of activity, say so and offer to stay (WCAG 2.2.1). Pages of one session tell
  // one another when it ends: to work on one of them keeps the session for all.
  for (const form of all("[data-seconds-left]")) {
    const status = form.querySelector("[role=status]");
    const button = form.querySelector("button");
    const { soon, over, secondsLeft } = form.dataset;
    const others = new BroadcastChannel("session-end");
    let end = 0;
    const say = () => {
      const left = end - Date.now();
      const text = left > 120000 ? "" : left > 0 ? soon : over;
      if (status.textContent !== text) status.textContent = text;
      form.classList.toggle("time-left-shown", text !== "");
      button.hidden = text !== soon;
    };
    const endsIn = (seconds) => {
      end = Date.now() + seconds * 1000;
      others.postMessage(end);
      say();
    };
    others.addEventListener("message", (event) => {
      end = event.data;
      say();
    });
    endsIn(secondsLeft);
    setInterval(say, 1000);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      // A session that ended meanwhile leads to the login page.
      const stays = answer.ok && !answer.redirected;
      endsIn(stays ? ((await answer.json()).seconds_left ?? Infinity) : 0);
    });
  }
})();
