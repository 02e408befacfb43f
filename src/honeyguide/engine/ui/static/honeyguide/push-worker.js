// The service worker that shows notifications. A site of its own serves a file that holds one line: importScripts("<address of this>");
self.addEventListener("push", (event) => {
  let said = {};
  try { said = event.data ? event.data.json() : {}; } catch (error) { /* not ours: shown without text */ }
  const options = { body: said.body || "", tag: said.tag, icon: said.icon, data: { url: said.url || "" } };
  if (said.button) options.actions = [{ action: "open", title: said.button }];
  event.waitUntil(self.registration.showNotification(said.title || "", options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = event.notification.data && event.notification.data.url;
  if (url && /^https?:/.test(url)) event.waitUntil(self.clients.openWindow(url));
});
