  "use strict";
  var script = document.currentScript || document.querySelector('script[src*="/form/generate.js?id=' + form.id + '"]');
  if (!script) return;
  var box = document.createElement("div");
  box.innerHTML = form.html;
  while (box.firstChild) script.parentNode.insertBefore(box.firstChild, script);
  window.MauticDomain = window.MauticDomain || form.home;
  window.MauticLang = window.MauticLang || { submittingMessage: "Please wait…" };
  if (window.MauticSDK) { window.MauticSDK.onLoad(); return; }
  if (window.MauticSDKLoaded) return;
  window.MauticSDKLoaded = true;
  var sdk = document.createElement("script");
  sdk.src = form.home + "/media/js/mautic-form.js";
  sdk.onload = function () { window.MauticSDK.onLoad(); };
  document.head.appendChild(sdk);
