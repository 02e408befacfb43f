  "use strict";
  var script = document.currentScript || document.querySelector('script[src*="/form/generate.js?id=' + form.id + '"]');
  if (!script) return;
  var box = document.createElement("div");
  box.innerHTML = form.html;
  function place() {
    var inHead = document.head.contains(script);
    while (box.firstChild) {
      if (inHead) document.body.appendChild(box.firstChild); // nothing is shown in a head
      else script.parentNode.insertBefore(box.firstChild, script);
    }
    if (window.MauticSDK) window.MauticSDK.onLoad();
  }
  if (document.head.contains(script) && document.readyState === "loading") document.addEventListener("DOMContentLoaded", place);
  else place();
  window.MauticDomain = window.MauticDomain || form.home;
  window.MauticLang = window.MauticLang || { submittingMessage: "Please wait…" };
  if (window.MauticSDK || window.MauticSDKLoaded) return;
  window.MauticSDKLoaded = true;
  var sdk = document.createElement("script");
  sdk.src = form.home + "/media/js/mautic-form.js";
  sdk.onload = function () { window.MauticSDK.onLoad(); };
  document.head.appendChild(sdk);
