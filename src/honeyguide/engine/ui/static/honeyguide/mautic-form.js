// Makes forms of this server work in a page of any site: checks answers, shows and hides conditional fields, turns pages, and
// sends the form in a hidden frame so that the visitor stays where they are. Without it a form is sent as any other.
// A site may watch and steer: MauticFormCallback[formName] = {onValidate, onValidateStart, onValidateEnd, onErrorMark,
// onErrorClear, onResponse, onResponseStart, onResponseEnd, onMessageSet, onSubmit, onShowNextPage, onShowPreviousPage}.
(function () {
  "use strict";
  if (window.MauticSDK) return;
  var home = document.currentScript ? new URL(document.currentScript.src).origin : "";
  var CHECKS = {
    email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, number: /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/,
    url: /^([a-z][a-z0-9+.-]*:\/\/)?[^\s/.]+\.[^\s]+$/i,
  };

  function ask(name, what, given) {
    var watchers = window.MauticFormCallback && window.MauticFormCallback[name];
    return watchers && typeof watchers[what] === "function" ? watchers[what](given) : undefined;
  }
  function all(within, selector) { return Array.prototype.slice.call(within.querySelectorAll(selector)); }
  function row(form, alias) { return document.getElementById("mauticform_" + form.dataset.mauticForm + "_" + alias); }
  function values(element) {
    return all(element, "input, select, textarea").reduce(function (found, input) {
      if (input.type === "checkbox" || input.type === "radio") return input.checked ? found.concat(input.value) : found;
      if (input.multiple && input.options) {
        return found.concat(all(input, "option").filter(function (o) { return o.selected; }).map(function (o) { return o.value; }));
      }
      return input.value ? found.concat(input.value) : found;
    }, []);
  }

  // --- errors and messages ---
  function mark(form, element, message) {
    var name = form.dataset.mauticForm, span = element.querySelector(".mauticform-errormsg");
    if (ask(name, "onErrorMark", { field: element, message: message }) !== undefined) return;
    element.classList.add("mauticform-has-error");
    all(element, "input, select, textarea").forEach(function (input) { input.setAttribute("aria-invalid", "true"); });
    if (!span) return;
    if (message) span.textContent = message;
    span.style.display = "block";
    span.setAttribute("role", "alert");
  }
  function clear(form, element) {
    var span = element.querySelector(".mauticform-errormsg");
    if (ask(form.dataset.mauticForm, "onErrorClear", { field: element }) !== undefined) return;
    element.classList.remove("mauticform-has-error");
    all(element, "[aria-invalid]").forEach(function (input) { input.removeAttribute("aria-invalid"); });
    if (span) span.style.display = "none";
  }
  function say(name, message, kind) {
    if (ask(name, "onMessageSet", { message: message, type: kind }) !== undefined) return;
    ["error", "message"].forEach(function (which) {
      var element = document.getElementById("mauticform_" + name + "_" + which);
      if (element) element.innerHTML = which === kind ? message : "";
    });
  }
  function plain(text) {
    var element = document.createElement("span");
    element.textContent = text;
    return element.innerHTML;
  }

  // --- checks ---
  function isAsked(element) { return !element.dataset.mauticFormHidden; }
  function isWrong(element) {
    var given = values(element), check = CHECKS[element.dataset.validationType];
    if (!given.length) return element.classList.contains("mauticform-required");
    return check ? !check.test(given[0].trim()) : false;
  }
  function validate(form, within) {
    var name = form.dataset.mauticForm, first = null;
    ask(name, "onValidateStart");
    var own = ask(name, "onValidate");
    if (own !== undefined) return own;
    all(within, "[data-validate]").forEach(function (element) {
      var wrong = isAsked(element) && isWrong(element);
      if (!wrong) { clear(form, element); return; }
      mark(form, element, "");
      first = first || element;
    });
    ask(name, "onValidateEnd", !first);
    if (first) {
      turnTo(form, first);
      var input = first.querySelector("input, select, textarea");
      if (input) input.focus();
    }
    return !first;
  }

  // --- conditional fields ---
  function showFields(form) {
    all(form, "[data-mautic-form-show-on]").forEach(function (element) {
      var condition = element.dataset.mauticFormShowOn, at = condition.indexOf(":");
      var parent = row(form, condition.slice(0, at)), wanted = condition.slice(at + 1);
      var given = parent && isAsked(parent) ? values(parent) : [];
      var listed = wanted.split("|"), has = given.some(function (value) { return listed.indexOf(value) >= 0; });
      var shown = wanted === "*" ? given.length > 0 :
        element.dataset.mauticFormExpr === "notIn" ? given.length > 0 && !has : has;
      element.style.display = shown ? "" : "none";
      if (shown) delete element.dataset.mauticFormHidden; else element.dataset.mauticFormHidden = "1";
    });
  }

  // --- pages ---
  function pages(form) { return all(form, "[data-mautic-form-page]"); }
  function turn(form, to) {
    pages(form).forEach(function (page, number) { page.style.display = number === to ? "" : "none"; });
  }
  function turnTo(form, element) {
    pages(form).forEach(function (page, number) { if (page.contains(element)) turn(form, number); });
  }
  function preparePages(form) {
    var found = pages(form), name = form.dataset.mauticForm;
    if (found.length < 2) return;
    turn(form, 0);
    found.forEach(function (page, number) {
      var back = page.querySelector(".mauticform-pagebreak-back"), next = page.querySelector(".mauticform-pagebreak-next");
      if (back) back.onclick = function () {
        if (ask(name, "onShowPreviousPage", number) === undefined && number) turn(form, number - 1);
      };
      if (next) next.onclick = function () {
        if (validate(form, page) && ask(name, "onShowNextPage", number) === undefined) turn(form, number + 1);
      };
    });
  }

  // --- sending ---
  function hidden(form, name, value) {
    var input = form.querySelector('input[name="mauticform[' + name + ']"]');
    if (!input) {
      input = document.createElement("input");
      input.type = "hidden";
      input.name = "mauticform[" + name + "]";
      form.appendChild(input);
    }
    input.value = value;
  }
  function frame(name) {
    var id = "mauticiframe_" + name, found = document.getElementById(id);
    if (found) return found;
    found = document.createElement("iframe");
    found.id = found.name = id;
    found.style.display = "none";
    found.title = "";
    document.body.appendChild(found);
    return found;
  }
  function buttons(form, waiting) {
    all(form, ".mauticform-button").forEach(function (button) {
      if (waiting) { button.dataset.text = button.innerHTML; button.textContent = (window.MauticLang || {}).submittingMessage || "Please wait…"; }
      else if (button.dataset.text !== undefined) { button.innerHTML = button.dataset.text; delete button.dataset.text; }
      button.disabled = waiting;
    });
  }
  function send(event) {
    var form = event.currentTarget, name = form.dataset.mauticForm;
    say(name, "", "message");
    if (!validate(form, form)) { event.preventDefault(); return; }
    if (ask(name, "onSubmit") === false) { event.preventDefault(); return; }
    hidden(form, "return", location.href);
    hidden(form, "messenger", "1");
    form.target = frame(name).id;
    setTimeout(function () { buttons(form, true); });
  }
  function answered(event) {
    var said;
    var ours = [home, window.MauticDomain ? new URL(window.MauticDomain, location.href).origin : ""];
    if (window.origin === "null") ours.push("null"); // a page in a sandbox, and so are its frames
    if (ours.indexOf(event.origin) < 0 || typeof event.data !== "string") return;
    try { said = JSON.parse(event.data); } catch (error) { return; }
    var form = said && said.formName && document.getElementById("mauticform_" + said.formName);
    if (!form || event.source !== frame(said.formName).contentWindow) return;
    buttons(form, false);
    if (ask(said.formName, "onResponseStart", said) === false) return;
    if (ask(said.formName, "onResponse", said) !== undefined) return;
    if (said.redirect) { window.location.href = said.redirect; return; }
    if (said.successMessage) { say(said.formName, said.successMessage, "message"); form.reset(); showFields(form); turnFirst(form); }
    if (said.errorMessage) say(said.formName, plain(said.errorMessage), "error");
    Object.keys(said.validationErrors || {}).forEach(function (alias, number) {
      var element = row(form, alias);
      if (!element) { say(said.formName, plain(said.validationErrors[alias]), "error"); return; }
      mark(form, element, said.validationErrors[alias]);
      if (!number) turnTo(form, element);
    });
    ask(said.formName, "onResponseEnd", said);
  }
  function turnFirst(form) { if (pages(form).length > 1) turn(form, 0); }

  function prepare(form) {
    if (form.dataset.mauticReady) return;
    form.dataset.mauticReady = "1";
    form.noValidate = true;
    showFields(form);
    form.addEventListener("change", function () { showFields(form); });
    form.addEventListener("submit", send);
    preparePages(form);
  }
  window.addEventListener("message", answered);
  window.MauticSDK = {
    onLoad: function () { all(document, "form[data-mautic-form]").forEach(prepare); },
    validateForm: function (name) {
      var form = document.getElementById("mauticform_" + name);
      return form ? validate(form, form) : false;
    },
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", window.MauticSDK.onLoad);
  else window.MauticSDK.onLoad();
})();
