// Calls of the page's own addresses, with the session's token. What goes wrong comes back as `error`.
export const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"];

// A form goes out as it is (with its files), everything else as JSON.
export function send(path, body) {
  const isForm = body instanceof FormData;
  const headers = isForm ? {} : { "Content-Type": "application/json" };
  return call(path, { method: "POST", headers, body: isForm || body === undefined ? body : JSON.stringify(body) });
}

export const load = (path) => call(path, { headers: {} });

async function call(path, { headers, ...how }) {
  try {
    const answer = await fetch(path, { ...how, headers: { ...headers, "X-CSRFToken": token(), "HX-Request": "true" } });
    const type = answer.headers.get("Content-Type") || "";
    if (type.includes("json")) return await answer.json();
    return { error: answer.ok ? "" : (await answer.text()).slice(0, 300) };
  } catch {
    return { error: "The server cannot be reached; what you made stays here." };
  }
}
