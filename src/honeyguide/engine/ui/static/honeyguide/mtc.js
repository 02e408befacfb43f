// Tells the server that carries this script of visits: mt('send', 'pageview', {…}, {onload, onerror}). One visit is told at a
// time, so that the first answer says who the visitor is before the second is sent.
(function () {
  "use strict";
  var name = window.MauticTrackingObject || "mt";
  var home = new URL(document.currentScript.src).origin;
  var waiting = [], sending = false, sent = 0, before = [], after = [];
  var MauticJS = (window.MauticJS = window.MauticJS || {});

  MauticJS.makeCORSRequest = function (method, url, data, onSuccess, onError) {
    var call = new XMLHttpRequest();
    var body = new URLSearchParams(data || {}).toString();
    var isGet = method === "GET";
    call.open(method, isGet && body ? url + (url.indexOf("?") < 0 ? "?" : "&") + body : url, true);
    call.withCredentials = true;
    call.timeout = 20000;
    call.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    if (!isGet) call.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    call.onload = function () {
      var answer = null;
      try { answer = JSON.parse(call.responseText); } catch (error) { /* no JSON: an empty answer */ }
      if (call.status >= 200 && call.status < 300) { if (onSuccess) onSuccess(answer, call); }
      else if (onError) onError(answer, call);
    };
    call.onerror = call.ontimeout = function () { if (onError) onError(null, call); };
    call.send(isGet ? null : body);
  };
  MauticJS.setCookie = function (key, value) {
    document.cookie = key + "=" + encodeURIComponent(value) + "; path=/; secure";
  };
  MauticJS.insertScript = function (url) {
    var script = document.createElement("script");
    script.async = true;
    script.src = url;
    document.head.appendChild(script);
  };
  MauticJS.insertStyle = function (css) {
    var style = document.createElement("style");
    style.appendChild(document.createTextNode(css));
    document.head.appendChild(style);
  };
  MauticJS.guid = function () {
    return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, function (digit) {
      return (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16);
    });
  };
  MauticJS.dispatchEvent = function (type, detail) {
    document.dispatchEvent(new CustomEvent(type, { detail: detail }));
  };
  MauticJS.documentReady = function (run) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
    else run();
  };
  MauticJS.beforeFirstEventDelivery = function (run) { before.push(run); };
  MauticJS.onFirstEventDelivery = function (run) { after.push(run); };

  function stored(key) {
    try { return localStorage.getItem(key); } catch (error) { return null; }
  }

  function remember(answer) {
    var told = { mtc_id: answer.id, mautic_device_id: answer.device_id };
    Object.keys(told).forEach(function (key) {
      if (!told[key]) return;
      MauticJS.setCookie(key, told[key]);
      try { localStorage.setItem(key, told[key]); } catch (error) { /* storage is shut: the cookie has to do */ }
    });
  }

  function platform() {
    var agent = navigator.userAgent;
    if (/Win/.test(agent)) return "Windows";
    if (/Mac/.test(agent)) return "MacOS";
    if (/X11/.test(agent) && !/Linux/.test(agent)) return "UNIX";
    return /Linux/.test(agent) ? "Linux" : "Unknown OS";
  }

  function host(url) {
    var link = document.createElement("a");
    link.href = url;
    return url ? link.hostname : "";
  }

  function described(given) {
    var said = {
      page_title: document.title,
      page_language: navigator.language,
      preferred_locale: (navigator.language || "").replace("-", "_"),
      page_referrer: host(document.referrer),
      page_url: location.href,
      counter: sent,
      timezone_offset: new Date().getTimezoneOffset(),
      timezone: window.Intl ? Intl.DateTimeFormat().resolvedOptions().timeZone : "",
      resolution: screen.width + "x" + screen.height,
      platform: platform(),
      do_not_track: navigator.doNotTrack === "1",
    };
    if (stored("mtc_id") && stored("mautic_device_id")) said.mautic_device_id = stored("mautic_device_id");
    Object.keys(given || {}).forEach(function (key) { said[key] = given[key]; });
    return said;
  }

  function run(hooks) { hooks.splice(0).forEach(function (hook) { hook(); }); }

  // Scripts in markup that is put into a page do not run by themselves: each is replaced by one that does.
  function fill(element, html) {
    element.innerHTML = html;
    element.querySelectorAll("script").forEach(function (dead) {
      var script = document.createElement("script");
      Array.prototype.forEach.call(dead.attributes, function (one) { script.setAttribute(one.name, one.value); });
      script.text = dead.text;
      dead.parentNode.replaceChild(script, dead);
    });
  }

  // The slots of the page, once the visitor is known. What the server has nothing for stays as it is.
  function fillSlots() {
    document.querySelectorAll(".mautic-slot, [data-slot='dwc']").forEach(function (slot) {
      var slotName = slot.getAttribute("data-slot-name") || slot.getAttribute("data-param-slot-name");
      if (!slotName) return;
      MauticJS.makeCORSRequest("GET", home + "/dwc/" + encodeURIComponent(slotName), null, function (answer) {
        if (!answer || !answer.content) return;
        remember(answer);
        fill(slot, answer.content);
      });
    });
  }

  // Focus items that campaigns show to this visitor now.
  function show(events) {
    ((events && events.focus) || []).forEach(function (number) {
      MauticJS.insertScript(home + "/focus/" + Number(number) + ".js");
    });
  }

  // A campaign needs a moment to react to the visit.
  function askAgain(pauses) {
    pauses.forEach(function (pause) {
      setTimeout(function () {
        MauticJS.makeCORSRequest("GET", home + "/mtc/events", { mautic_device_id: stored("mautic_device_id") || "" },
          function (answer) { if (answer) show(answer.events); });
      }, pause);
    });
  }

  function finish(said, answer, image) {
    var isFirst = sent === 0;
    sent += 1;
    if (answer && (answer.success || answer.id)) remember(answer);
    if (answer) show(answer.events);
    if (answer && answer.ask_again) askAgain(answer.ask_again);
    var event = new CustomEvent("mauticPageEventDelivered");
    event.event = ["send", "pageview"];
    event.params = said;
    event.response = answer;
    event.image = image;
    document.dispatchEvent(event);
    if (isFirst) {
      run(after);
      MauticJS.documentReady(fillSlots);
    }
    sending = false;
    next();
  }

  function sendImage(said, hooks) {
    var image = new Image();
    image.onload = function () {
      if (hooks.onload) hooks.onload();
      MauticJS.makeCORSRequest("GET", home + "/mtc", null,
        function (answer) { finish(said, answer, image); }, function () { finish(said, null, image); });
    };
    image.onerror = function () { if (hooks.onerror) hooks.onerror(); finish(said, null, image); };
    image.onabort = function () { if (hooks.onabort) hooks.onabort(); finish(said, null, image); };
    image.src = home + "/mtracking.gif?" + new URLSearchParams(said).toString();
  }

  function next() {
    if (sending || !waiting.length) return;
    sending = true;
    var call = waiting.shift(), hooks = call[3] || {};
    if (sent === 0) run(before);
    var said = described(call[2]);
    MauticJS.makeCORSRequest("POST", home + "/mtc/event", said,
      function (answer) { if (hooks.onload) hooks.onload(answer); finish(said, answer, null); },
      function () { sendImage(said, hooks); });
  }

  function take(call) {
    if (call[0] !== "send" || call[1] !== "pageview") return;
    waiting.push(call);
    next();
  }

  var queue = (window[name] && window[name].q) || [];
  window[name] = function () {
    queue.push(arguments);
    MauticJS.dispatchEvent("eventAddedToMauticQueue", arguments);
    take(arguments);
  };
  window[name].q = queue;
  queue.slice().forEach(take);
})();
