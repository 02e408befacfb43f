// Calls of the page's own addresses, with the session's token. What goes wrong comes back as `error`.
export async function send(path, body) {
  const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"];
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "X-CSRFToken": token, "Content-Type": "application/json", "HX-Request": "true" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const type = answer.headers.get("Content-Type") || "";
    if (type.includes("json")) return await answer.json();
    return { error: answer.ok ? "" : (await answer.text()).slice(0, 300) };
  } catch {
    return { error: "The server cannot be reached; what you drew stays here." };
  }
}
