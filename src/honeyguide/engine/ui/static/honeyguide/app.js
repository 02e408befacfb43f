// What every page does: menus, dialogs, confirmations, shortcuts, checked rows. No framework, no inline handlers:
// elements say what they want by data attributes.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"];

  // --- menus: popovers, placed under their button -----------------------------------------------------------------
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLElement) || !menu.classList.contains("hg-menu")) return;
    const button = $(`[popovertarget="${menu.id}"]:not([hidden])`);
    button?.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState !== "open" || !button) return;
    const box = button.getBoundingClientRect();
    const left = Math.min(box.left, window.innerWidth - menu.offsetWidth - 8);
    const below = box.bottom + 4;
    const fits = below + menu.offsetHeight < window.innerHeight - 4;
    menu.dataset.openedAt = window.scrollY;
    menu.style.left = `${Math.max(8, left)}px`;
    menu.style.top = `${fits ? below : Math.max(8, box.top - menu.offsetHeight - 4)}px`;
    $("a, button, input", menu)?.focus();
  }, true);
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.(".hg-menu, .hg-global-search");
    if (event.key === "Escape" && menu?.matches(".hg-global-search")) document.activeElement.blur();
    if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const items = all(".dropdown-item", menu);
    const next = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    items[(next + items.length) % items.length]?.focus();
  });
  // A menu stays where it is while the page moves, so it goes when its button has gone; not for the end of a scroll before it.
  const FAR = 40; // pixels
  window.addEventListener("scroll", () => all(".hg-menu:popover-open").forEach((menu) => {
    if (Math.abs(window.scrollY - menu.dataset.openedAt) > FAR) menu.hidePopover();
  }), { passive: true });

  // --- dialogs ----------------------------------------------------------------------------------------------------
  const openModal = async (url, options = {}) => {
    await window.htmx.ajax("GET", url, { target: "#modal-body", swap: "innerHTML", ...options });
    const modal = $("#modal");
    modal.setAttribute("aria-label", $("#modal-body .modal-title")?.textContent || "Dialog");
    if (!modal.open) modal.showModal();
    ($("[autofocus]", modal) || $("input:not([type=hidden]), select, textarea", modal))?.focus();
  };
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-open], [data-close], [data-modal], [data-dismiss], [data-toggle], [data-batch-modal], [data-theme-choice]");
    if (!target) {
      if (event.target.nodeName === "DIALOG" && event.target.dataset.keep === undefined) event.target.close();
      return;
    }
    const data = target.dataset;
    if (data.open) $(data.open).showModal();
    if (data.close !== undefined) target.closest("dialog").close();
    if (data.modal && !event.ctrlKey && !event.metaKey) { event.preventDefault(); openModal(data.modal); }
    if (data.dismiss !== undefined) target.closest(".alert").remove();
    if (data.toggle) {
      const shown = $(data.toggle).classList.toggle("show");
      target.setAttribute("aria-expanded", String(shown));
    }
    if (data.batchModal) {
      const ids = all("[data-check]:checked").map((box) => box.value);
      openModal(`${data.batchModal}?${new URLSearchParams(ids.map((id) => ["ids", id]))}`);
    }
    if (data.themeChoice) chooseTheme(data.themeChoice);
    target.closest(".hg-menu")?.hidePopover();
  });

  const chooseTheme = (theme) => {
    document.documentElement.dataset.theme = theme;
    window.honeyguideApplyTheme();
    fetch("/s/account/theme", { method: "POST", headers: { "X-CSRFToken": token() }, body: new URLSearchParams({ theme }) });
    document.dispatchEvent(new CustomEvent("honeyguide:theme"));
  };

  // --- confirmation before what cannot be undone -------------------------------------------------------------------
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    const text = button?.dataset.confirm;
    if (!text || button.dataset.confirmed) {
      if (button) delete button.dataset.confirmed;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const dialog = $("#confirm");
    const count = all("[data-check]:checked").length;
    $("#confirm-text").textContent = text;
    $("#confirm-detail").textContent = button.form?.id === "batch" ? `${count} selected. ${button.dataset.detail || ""}` : button.dataset.detail || "";
    const yes = $("#confirm-yes");
    yes.textContent = button.dataset.yes || button.textContent.trim();
    yes.className = `btn ${button.dataset.confirmClass || "btn-danger"}`;
    yes.onclick = () => {
      dialog.close();
      button.dataset.confirmed = "yes";
      button.form.requestSubmit(button);
    };
    dialog.showModal();
    yes.focus();
  }, true);

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.target || event.target.hasAttribute("hx-post")) return;
    setTimeout(() => all("button[type=submit]", event.target).forEach((button) => { button.disabled = true; }));
    setTimeout(() => all("button[type=submit]", event.target).forEach((button) => { button.disabled = false; }), 3000);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  // --- checked rows -----------------------------------------------------------------------------------------------
  const countChecked = () => {
    const checked = all("[data-check]:checked").length;
    const bar = $("[data-batch]");
    if (!bar) return;
    bar.hidden = !checked;
    $("[data-checked]", bar).textContent = checked;
    const boxes = all("[data-check]");
    const head = $("[data-check-all]");
    if (head) {
      head.checked = checked > 0 && checked === boxes.length;
      head.indeterminate = checked > 0 && checked < boxes.length;
    }
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-check-all]")) all("[data-check]").forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("[data-check], [data-check-all]")) countChecked();
  });
  document.addEventListener("htmx:afterSettle", countChecked);
  window.addEventListener("pageshow", countChecked);

  // --- tabs -------------------------------------------------------------------------------------------------------
  const showTab = (tab, focus = false) => {
    const tabs = all("[role=tab]", tab.closest("[role=tablist]"));
    for (const other of tabs) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      other.classList.toggle("active", chosen);
      const panel = document.getElementById(other.getAttribute("aria-controls"));
      if (panel) panel.hidden = !chosen;
    }
    if (focus) tab.focus();
    document.dispatchEvent(new CustomEvent("honeyguide:shown"));
  };
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) showTab(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[role=tab]");
    if (!tab || !["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    const tabs = all("[role=tab]", tab.closest("[role=tablist]"));
    const at = tabs.indexOf(tab);
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    showTab(tabs[(next + tabs.length) % tabs.length], true);
  });

  // --- shortcuts --------------------------------------------------------------------------------------------------
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const save = $("[data-save]", event.target.closest("form") || document);
      if (save) { event.preventDefault(); save.form.requestSubmit(save); }
      return;
    }
    const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    if (event.key === "?") return $("#shortcuts")?.showModal();
    if (event.shiftKey) {
      if (event.key === "S") { event.preventDefault(); return $("#global-search")?.focus(); }
      if (event.key === "ArrowRight") return $("#admin-menu + ul a")?.focus();
      const entry = $(`[data-shortcut="Shift+${event.key.toUpperCase()}"]`);
      if (entry) { event.preventDefault(); entry.click(); }
      return;
    }
    const wanted = all("[data-key]").find((element) => element.dataset.key === event.key);
    if (!wanted) return;
    event.preventDefault();
    if (wanted.matches("input")) { wanted.focus(); wanted.select(); } else wanted.click();
  });

  // --- parts of forms that depend on a choice, and parts that can be there several times ----------------------------
  // data-when="type=a b": shown while the input named "type" has the value a or b. What is hidden is not sent.
  const showWhen = () => all("[data-when]").forEach((part) => {
    const [name, values] = part.dataset.when.split("=");
    const form = part.closest("form");
    const chosen = $(`[name="${name}"]:checked`, form) || $(`select[name="${name}"], input[type=hidden][name="${name}"]`, form);
    part.hidden = !chosen || !values.split(" ").includes(chosen.value);
    if ("disabled" in part) part.disabled = part.hidden;
  });
  document.addEventListener("change", (event) => { if (event.target.closest("form")) showWhen(); });
  showWhen();
  // data-add="id of a template": one more of it, before the button's row; NUMBER in it becomes a number of its own.
  document.addEventListener("click", (event) => {
    const remove = event.target.closest("[data-remove]");
    if (remove) { remove.closest(remove.dataset.remove).remove(); return; }
    // data-move="up" or "down": its row of the list changes places with the next one.
    const move = event.target.closest("[data-move]");
    if (move) {
      const row = move.closest("li");
      if (move.dataset.move === "up") row.previousElementSibling?.before(row); else row.nextElementSibling?.after(row);
      move.focus();
      return;
    }
    const add = event.target.closest("[data-add]");
    const source = add && document.getElementById(add.dataset.add === "chosen" ? $(add.dataset.of).value : add.dataset.add);
    if (!source) return;
    const box = document.createElement("template");
    box.innerHTML = source.innerHTML.replaceAll("NUMBER", `n${Date.now()}`);
    const added = box.content.firstElementChild;
    $(add.dataset.into).append(added);
    $("input:not([type=hidden]), select", added)?.focus();
  });

  // --- small things -----------------------------------------------------------------------------------------------
  document.addEventListener("htmx:responseError", (event) => {
    const box = document.createElement("div");
    box.className = "alert alert-danger alert-dismissible hg-flash";
    box.setAttribute("role", "alert");
    const text = document.createElement("div");
    const plain = (event.detail.xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    text.textContent = plain ? event.detail.xhr.responseText : "The server could not do that. Its log says more.";
    const close = document.createElement("button");
    close.className = "btn-close";
    close.type = "button";
    close.dataset.dismiss = "";
    close.setAttribute("aria-label", "Dismiss");
    box.append(text, close);
    $("#messages")?.append(box);
  });
  document.addEventListener("htmx:sendError", () => { document.body.classList.add("hg-offline"); });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) document.body.classList.remove("hg-offline");
  });
  $("[data-focus]")?.focus();
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText($(button.dataset.copy).textContent);
    button.classList.add("text-success");
  });
})();
