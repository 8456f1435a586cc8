// The two columns as two listboxes (WAI-ARIA APG, "rearrangeable listbox"): arrows choose a method, Alt+Right and Alt+Left
// move it. A move is a proposal until the page that it leads to has saved it: that page says what it does, and asks why. The
// buttons beside the methods stay. Every text comes from the page or from the server.
"use strict";

(() => {
  const form = document.querySelector("[data-session-settings]");
  const status = document.querySelector("[data-settings-status]");
  if (!form || !form.querySelector("button[name=move]")) return;
  document.querySelector("[data-settings-keys]").hidden = false;

  const sections = Array.from(form.querySelectorAll("[data-level]"));
  const other = (section) => sections.find((each) => each !== section);
  const listOf = (section) => section.querySelector("[role=listbox]");
  const optionsOf = (section) => Array.from(listOf(section).children);
  const chosen = (section) => document.getElementById(listOf(section).getAttribute("aria-activedescendant"));

  // Methods and their buttons are two lists side by side, so that the listbox holds options only; rows keep them level.
  const align = (section) => {
    const count = optionsOf(section).length;
    listOf(section).hidden = count === 0;
    section.querySelector("[data-empty]").hidden = count > 0;
    for (const list of [listOf(section), section.querySelector("ul")]) list.style.gridRow = `2 / span ${Math.max(count, 1)}`;
  };

  const choose = (section, option) => {
    for (const each of optionsOf(section)) each.setAttribute("aria-selected", String(each === option));
    listOf(section).setAttribute("aria-activedescendant", option ? option.id : "");
    option?.scrollIntoView({ block: "nearest" });
  };

  const rowsOf = (section) => Array.from(section.querySelectorAll("ul > li:not([data-empty])"));

  // Put an option and its row into a column: at the end, or at the place that it had.
  const place = (section, option, at = Infinity) => {
    const from = sections.find((each) => each.contains(option));
    const row = rowsOf(from)[optionsOf(from).indexOf(option)];
    const next = option.nextElementSibling ?? option.previousElementSibling;
    const beforeRow = rowsOf(section)[at] ?? section.querySelector("[data-empty]");
    listOf(section).insertBefore(option, optionsOf(section)[at] ?? null);
    section.querySelector("ul").insertBefore(row, beforeRow);
    sections.forEach(align);
    choose(from, next);
    choose(section, option);
    return row;
  };

  const say = (text) => {
    status.textContent = text;
  };

  // The one move that waits to be saved: { option, from, at, row, button, url }.
  let waiting = null;

  const takeBack = () => {
    if (!waiting) return;
    const { option, from, at, row, button } = waiting;
    waiting = null;
    row.replaceChildren(button);
    option.classList.remove("level-waiting");
    place(from, option, at);
  };

  const ask = async (move) => {
    const answer = await fetch(move.url, { headers: { Accept: "application/json" } });
    // What is no answer of this page is a question to the person, such as a step-up: they are led there.
    if (answer.redirected || !answer.headers.get("Content-Type")?.startsWith("application/json")) {
      window.location.assign(move.url);
      return;
    }
    const outlook = await answer.json();
    if (waiting !== move) return;
    if (outlook.refused) {
      const { from } = move;
      takeBack();
      listOf(from).focus();
    }
    say(outlook.said);
  };

  const propose = (section) => {
    const option = chosen(section);
    if (!option) return;
    const back = waiting?.option === option;
    takeBack();
    if (back) {
      const home = sections.find((each) => each.contains(option));
      listOf(home).focus();
      say(form.dataset.takenBack);
      return;
    }
    const to = other(section);
    const at = optionsOf(section).indexOf(option);
    const row = place(to, option);
    const button = row.firstElementChild;
    const url = `?${new URLSearchParams({ move: button.value })}`;
    const link = document.createElement("a");
    link.className = "button";
    link.href = url;
    link.textContent = form.dataset.review;
    row.replaceChildren(link);
    option.classList.add("level-waiting");
    waiting = { option, from: section, at, row, button, url };
    listOf(to).focus();
    say("");
    ask(waiting).catch(() => window.location.assign(url));
  };

  const step = (section, by) => {
    const options = optionsOf(section);
    const at = options.indexOf(chosen(section));
    choose(section, options[Math.min(Math.max(at + by, 0), options.length - 1)]);
  };

  const startsWith = (section, letter) => {
    const options = optionsOf(section);
    const at = options.indexOf(chosen(section)) + 1;
    const found = [...options.slice(at), ...options].find((each) => each.textContent.trim().toLowerCase().startsWith(letter));
    if (found) choose(section, found);
  };

  const keys = (section) => ({
    ArrowDown: () => step(section, 1),
    ArrowUp: () => step(section, -1),
    Home: () => step(section, -Infinity),
    End: () => step(section, Infinity),
    Enter: () => waiting?.option === chosen(section) && window.location.assign(waiting.url),
    Escape: () => {
      if (!waiting) return;
      const { from } = waiting;
      takeBack();
      listOf(from).focus();
      say(form.dataset.takenBack);
    },
  });

  const pressed = (section, event) => {
    const toward = section === sections[0] ? "ArrowRight" : "ArrowLeft";
    if (event.altKey && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      // Else the browser would leave the page.
      event.preventDefault();
      if (event.key === toward) propose(section);
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const act = keys(section)[event.key];
    if (act) {
      event.preventDefault();
      act();
    } else if (event.key.length === 1 && event.key !== " ") {
      startsWith(section, event.key.toLowerCase());
    }
  };

  for (const section of sections) {
    const list = document.createElement("div");
    const title = section.querySelector("h2");
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-labelledby", title.id);
    list.setAttribute("aria-describedby", "settings-keys");
    list.tabIndex = 0;
    for (const row of section.querySelectorAll("ul > li:not([data-empty])")) {
      const option = row.querySelector(".level-method");
      option.setAttribute("role", "option");
      option.id = `method-${row.querySelector("button").value.split(":").slice(0, -1).join("-")}`;
      option.addEventListener("click", () => {
        choose(section.contains(option) ? section : other(section), option);
      });
      list.append(option);
    }
    title.after(list);
    section.classList.add("level-column-listbox");
    align(section);
    choose(section, list.firstElementChild);
    list.addEventListener("keydown", (event) => pressed(section, event));
  }
})();
