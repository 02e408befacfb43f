// Shows one focus item on the page that carries its script: when its settings say, as often as they say. Called with them.
(function (item) {
  "use strict";
  if (window["HoneyguideFocus" + item.id]) return; // the same script twice on a page
  window["HoneyguideFocus" + item.id] = true;
  var cookie = "mautic_focus_" + item.id;
  var gap = { q2min: 120, q15min: 900, hourly: 3600, daily: 86400 }[item.frequency];
  var shown = false, leaving = null;

  function read() {
    var found = document.cookie.match(new RegExp("(?:^|; )" + cookie + "=([^;]*)"));
    return found ? Number(found[1]) : 0;
  }
  function keep(value) {
    document.cookie = cookie + "=" + value + "; path=/; max-age=31536000; samesite=lax";
  }
  function seconds() { return Math.floor(Date.now() / 1000); }
  function mayShow() {
    var last = read(); // -1: closed, or done what was asked
    if (last === -1) return false;
    if (!last || item.frequency === "everypage" || !item.frequency) return true;
    return gap ? seconds() - last >= gap : false;
  }

  function close(element, isOver) {
    if (element.parentNode) element.parentNode.removeChild(element);
    document.documentElement.style.marginTop = "";
    if (isOver) keep(-1);
    if (leaving) location.href = leaving;
  }

  // Scripts in markup that is put into a page do not run by themselves.
  function revive(element) {
    element.querySelectorAll("script").forEach(function (dead) {
      var script = document.createElement("script");
      Array.prototype.forEach.call(dead.attributes, function (one) { script.setAttribute(one.name, one.value); });
      script.text = dead.text;
      dead.parentNode.replaceChild(script, dead);
    });
  }

  function show() {
    if (shown || !mayShow()) return;
    shown = true;
    keep(seconds());
    var style = document.createElement("style");
    style.textContent = item.css;
    document.head.appendChild(style);
    var holder = document.createElement("div");
    holder.innerHTML = item.html;
    var element = holder.firstElementChild;
    document.body.appendChild(element);
    revive(element);
    if (item.pushes) document.documentElement.style.marginTop = element.offsetHeight + "px";
    if (item.closable) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "mf-close";
      button.setAttribute("aria-label", "Close");
      button.textContent = "×";
      button.addEventListener("click", function () { close(element, item.stopAfterClose); });
      element.appendChild(button);
      document.addEventListener("keydown", function (event) { if (event.key === "Escape") close(element, item.stopAfterClose); });
    }
    element.addEventListener("submit", function () { if (item.stopAfterConversion) keep(-1); });
    element.addEventListener("click", function (event) {
      if (item.stopAfterConversion && event.target.closest && event.target.closest("a")) keep(-1);
    });
    // Where the page tells of visits too, the first answer says who the visitor is.
    if (device() || !window.MauticTrackingObject) tell();
    else document.addEventListener("mauticPageEventDelivered", tell, { once: true });
  }

  function device() {
    var found = document.cookie.match(/(?:^|; )mautic_device_id=([^;]*)/);
    return found ? decodeURIComponent(found[1]) : "";
  }
  function tell() {
    new Image().src = item.pixel + "?" + new URLSearchParams({
      page_url: location.href, page_title: document.title, mautic_device_id: device(),
    }).toString();
  }

  function arm() {
    var part = { scroll_slight: 0.1, scroll_middle: 0.5, scroll_bottom: 0.9 }[item.when];
    if (item.linkActivation) {
      document.addEventListener("click", function (event) {
        var link = event.target.closest && event.target.closest("a[href]");
        if (!link || shown || !mayShow() || link.closest("#mf-" + item.id) || link.origin === location.origin) return;
        event.preventDefault();
        leaving = link.href;
        show();
      });
    }
    if (item.when === "leave") {
      document.addEventListener("mouseout", function (event) { if (!event.relatedTarget && event.clientY <= 0) show(); });
    } else if (part) {
      var look = function () {
        var page = document.documentElement;
        if ((window.pageYOffset + window.innerHeight) / page.scrollHeight >= part && window.pageYOffset > 0) {
          window.removeEventListener("scroll", look);
          show();
        }
      };
      window.addEventListener("scroll", look, { passive: true });
    } else {
      show();
    }
  }

  function begin() { setTimeout(arm, item.seconds * 1000); }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})
