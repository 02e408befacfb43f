// Asks visitors whether they want notifications: a click on anything with data-notifications, or HoneyguidePush.subscribe().
// <script src="…/notification/push.js" data-worker="/push-worker.js"></script>: the service worker must be of the site itself.
(function () {
  "use strict";
  var me = document.currentScript;
  var home = new URL(me.src).origin;
  var path = me.dataset.worker || (home === location.origin ? "/notification/worker.js" : "/honeyguide-push.js");
  var key = "__KEY__";
  var works = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  function tell(what, body) {
    return fetch(home + "/notification/" + what, {
      method: "POST",
      credentials: "include",
      headers: { "Content-Type": "application/json", "X-Requested-With": "XMLHttpRequest" },
      body: JSON.stringify(body),
    }).then(function (answer) { return answer.json(); });
  }

  function device() {
    try { return localStorage.getItem("mautic_device_id") || ""; } catch (error) { return ""; }
  }

  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/") + "===".slice((text.length + 3) % 4));
    return Uint8Array.from(raw, function (letter) { return letter.charCodeAt(0); });
  }

  function current() {
    return works
      ? navigator.serviceWorker.getRegistration("/").then(function (found) { return found && found.pushManager.getSubscription(); })
      : Promise.resolve(null);
  }

  function subscribe() {
    if (!works) return Promise.resolve(false);
    return Notification.requestPermission().then(function (answer) {
      if (answer !== "granted") return false;
      return navigator.serviceWorker.register(path, { scope: "/" })
        .then(function () { return navigator.serviceWorker.ready; })
        .then(function (worker) {
          return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
        })
        .then(function (made) { return tell("subscribe", { subscription: made.toJSON(), device: device() }); })
        .then(function (said) { return Boolean(said.success); });
    });
  }

  function unsubscribe() {
    return current().then(function (made) {
      if (!made) return false;
      return tell("unsubscribe", { endpoint: made.endpoint }).then(function () { return made.unsubscribe(); });
    });
  }

  window.HoneyguidePush = { works: works, subscribe: subscribe, unsubscribe: unsubscribe, current: current };

  // A browser that subscribed before tells again, for the contact may be another by now.
  if (works && Notification.permission === "granted") {
    current().then(function (made) { if (made) tell("subscribe", { subscription: made.toJSON(), device: device() }); });
  }
  document.addEventListener("click", function (event) {
    var asked = event.target.closest && event.target.closest("[data-notifications]");
    if (!asked) return;
    event.preventDefault();
    (asked.dataset.notifications === "off" ? unsubscribe() : subscribe()).then(function (done) {
      asked.dispatchEvent(new CustomEvent("honeyguide-notifications", { bubbles: true, detail: { done: done } }));
    });
  });
})();
