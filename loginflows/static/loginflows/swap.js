// Links and forms marked data-swap load the page they lead to, and put its parts (data-part) in the place of those on this
// page: scroll and focus stay. Without this script the same links and forms lead to the same pages.
"use strict";

(() => {
  const parts = (root) => Array.from(root.querySelectorAll("[data-part]"));

  const focusOn = (id) => {
    const target = id && document.getElementById(id);
    if (!target) return;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest" });
  };

  const swap = async (address, options, remember) => {
    let answer;
    try {
      answer = await fetch(address, { credentials: "same-origin", ...options });
    } catch {
      return false;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = parts(page);
    if (!fresh.length || parts(document).length !== fresh.length) return false;
    const open = new Set(Array.from(document.querySelectorAll("details[open][id]"), (each) => each.id));
    for (const part of fresh) {
      const old = document.getElementById(part.id);
      if (old) old.replaceChildren(...part.childNodes);
    }
    document.title = page.title;
    for (const each of document.querySelectorAll("details[id]")) each.open = open.has(each.id);
    // An answer that was led to elsewhere does not tell the end of its address: the page says what has the focus.
    const sent = options.method === "POST";
    const anchor = sent ? page.querySelector("[data-focus]")?.dataset.focus : new URL(address, location.href).hash.slice(1);
    if (remember) {
      const shown = new URL(answer.url);
      history.pushState({ swapped: true }, "", `${shown.pathname}${shown.search}${anchor ? `#${anchor}` : ""}`);
    }
    focusOn(anchor && decodeURIComponent(anchor));
    ready();
    return true;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swap]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const address = link.getAttribute("href");
    swap(address, {}, true).then((done) => done || location.assign(address));
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-swap]");
    if (!form || event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    const body = new FormData(form, event.submitter);
    // Where nothing can be swapped, the page itself is fetched anew: what was sent was sent once.
    swap(form.action, { method: "POST", body }, true).then((done) => {
      delete form.dataset.sending;
      if (!done) location.reload();
    });
  });

  window.addEventListener("popstate", () => swap(location.href, {}, false).then((done) => done || location.reload()));

  // Alt and Up or Down on a step does what its buttons do.
  document.addEventListener("keydown", (event) => {
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const line = event.altKey && way && event.target.closest(".step-line");
    if (!line) return;
    event.preventDefault();
    line.querySelector(`[data-key=${way}]`)?.click();
  });

  const ready = () => {
    for (const each of document.querySelectorAll("[data-with-script]")) each.hidden = false;
  };
  ready();
})();
