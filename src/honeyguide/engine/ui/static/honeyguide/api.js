// The API page: each call as code in four languages, sent with a token of the user's own that lasts minutes.
(() => {
  const calls = document.getElementById("api-calls");
  if (!calls) return;

  const chooser = document.querySelector("[data-go]");
  chooser.addEventListener("change", () => { location.href = chooser.dataset.go + encodeURI(chooser.value); });

  // --- what a form asks for ------------------------------------------------------------------------------------------

  const read = (form) => {
    const given = [...form.querySelectorAll("[data-place]")].map((field) => ({ name: field.name, place: field.dataset.place, value: field.value, files: field.files }));
    const at = (place) => given.filter((field) => field.place === place && field.value !== "");
    const path = form.dataset.path.replace(/{(\w+)}/g, (_, name) => encodeURIComponent(at("path").find((field) => field.name === name)?.value ?? ""));
    const query = at("query").flatMap(({ name, value }) => (name.endsWith("[]") ? value.split(",") : [value]).map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one.trim())}`));
    return {
      method: form.dataset.method,
      url: location.origin + path + (query.length ? `?${query.join("&")}` : ""),
      headers: Object.fromEntries(at("header").map(({ name, value }) => [name, value])),
      body: at("body")[0]?.value.trim() ?? "",
      file: given.find((field) => field.place === "file"),
    };
  };

  // --- as code -------------------------------------------------------------------------------------------------------

  // A value of JSON in another language: `words` are its null, true and false, `open`/`close` its lists and maps.
  const literal = (value, { words, list, map, arrow }, indent = "") => {
    const inner = `${indent}    `;
    const within = (parts, [open, close]) => (parts.length ? `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}` : open + close);
    const shape = { words, list, map, arrow };
    if (value === null || typeof value === "boolean") return words[String(value)];
    if (Array.isArray(value)) return within(value.map((entry) => literal(entry, shape, inner)), list);
    if (typeof value === "object") return within(Object.entries(value).map(([key, entry]) => JSON.stringify(key) + arrow + literal(entry, shape, inner)), map);
    return typeof value === "string" ? words.text(value) : String(value);
  };
  const PYTHON = { words: { null: "None", true: "True", false: "False", text: JSON.stringify }, list: "[]", map: "{}", arrow: ": " };
  const single = (text) => `'${text.replace(/[\\']/g, "\\$&")}'`;
  const PHP = { words: { null: "null", true: "true", false: "false", text: single }, list: "[]", map: "[]", arrow: " => " };
  const JAVASCRIPT = { words: { null: "null", true: "true", false: "false", text: JSON.stringify }, list: "[]", map: "{}", arrow: ": " };
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const parsed = (text) => { try { return { value: JSON.parse(text) }; } catch { return null; } };

  const languages = {
    curl: ({ method, url, headers, body, file }) => {
      const usual = body || file ? "POST" : "GET";
      const lines = [`curl -g -u USER:PASSWORD ${method === usual ? "" : `-X ${method} `}${quoted(url)}`];
      for (const [name, value] of Object.entries(headers)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
      if (file) lines.push(`-F ${file.name}=@${file.files?.[0]?.name ?? "file"}`);
      if (body) lines.push(`--json ${quoted(body)}`);
      return lines.join(" \\\n  ");
    },
    python: ({ method, url, headers, body, file }) => {
      const lines = [`    ${JSON.stringify(method)},`, `    ${JSON.stringify(url)},`, '    auth=("USER", "PASSWORD"),'];
      if (Object.keys(headers).length) lines.push(`    headers=${literal(headers, PYTHON, "    ")},`);
      if (file) lines.push(`    files={${JSON.stringify(file.name)}: open(${JSON.stringify(file.files?.[0]?.name ?? "file")}, "rb")},`);
      if (body) { const json = parsed(body); lines.push(json ? `    json=${literal(json.value, PYTHON, "    ")},` : `    content=${JSON.stringify(body)},`); }
      return `import httpx\n\nanswer = httpx.request(\n${lines.join("\n")}\n)\nprint(answer.status_code, answer.json())`;
    },
    php: ({ method, url, headers, body, file }) => {
      const all = [...Object.entries(headers).map(([name, value]) => single(`${name}: ${value}`)), ...(body ? [single("Content-Type: application/json")] : [])];
      const json = parsed(body);
      const sent = file ? `[${single(file.name)} => new CURLFile(${single(file.files?.[0]?.name ?? "file")})]` : json ? `json_encode(${literal(json.value, PHP, "    ")})` : single(body);
      const options = [
        ["CURLOPT_CUSTOMREQUEST", single(method)], ["CURLOPT_USERPWD", "'USER:PASSWORD'"], ["CURLOPT_RETURNTRANSFER", "true"],
        ...(all.length ? [["CURLOPT_HTTPHEADER", `[${all.join(", ")}]`]] : []), ...(body || file ? [["CURLOPT_POSTFIELDS", sent]] : []),
      ];
      return `<?php\n$call = curl_init(${single(url)});\ncurl_setopt_array($call, [\n${options.map(([name, value]) => `    ${name} => ${value},`).join("\n")}\n]);\necho curl_exec($call);`;
    },
    javascript: ({ method, url, headers, body, file }) => {
      const all = { Authorization: "AUTH", ...headers, ...(body ? { "Content-Type": "application/json" } : {}) };
      const lines = [`  method: ${JSON.stringify(method)},`, `  headers: ${literal(all, JAVASCRIPT, "  ").replace('"AUTH"', '`Basic ${btoa("USER:PASSWORD")}`')},`];
      const json = parsed(body);
      if (body) lines.push(`  body: ${json ? `JSON.stringify(${literal(json.value, JAVASCRIPT, "  ")})` : JSON.stringify(body)},`);
      if (file) lines.push("  body: form,");
      const form = file ? `const form = new FormData();\nform.append(${JSON.stringify(file.name)}, file);\n` : "";
      return `${form}const answer = await fetch(${JSON.stringify(url)}, {\n${lines.join("\n")}\n});\nconsole.log(answer.status, await answer.json());`;
    },
  };

  const LANGUAGE = "honeyguide.api.language";
  const showCode = (form) => { form.querySelector("pre").textContent = languages[form.querySelector("[data-language]").value](read(form)); };
  calls.addEventListener("toggle", (event) => {
    const form = event.target.querySelector("form");
    if (!event.target.open || !form) return;
    form.querySelector("[data-language]").value = localStorage.getItem(LANGUAGE) ?? "curl";
    showCode(form);
    history.replaceState(null, "", `#${event.target.id}`);
  }, true);
  calls.addEventListener("input", (event) => {
    if (event.target.matches("[data-language]")) localStorage.setItem(LANGUAGE, event.target.value);
    showCode(event.target.form);
  });

  // --- sent ----------------------------------------------------------------------------------------------------------

  let known = { token: "", until: 0 };
  const token = async (form) => {
    if (Date.now() > known.until) {
      const body = new URLSearchParams({ csrfmiddlewaretoken: form.querySelector("[name=csrfmiddlewaretoken]").value });
      const answer = await fetch(form.dataset.token, { method: "POST", body });
      if (!answer.ok) throw new Error("You are not signed in any more. Load the page again.");
      const { token: fresh, seconds } = await answer.json();
      known = { token: fresh, until: Date.now() + (seconds - 30) * 1000 };
    }
    return known.token;
  };
  const send = async (form) => {
    const { method, url, headers, body, file } = read(form);
    const sent = new Headers({ ...headers, Authorization: `Bearer ${await token(form)}` });
    if (body) sent.set("Content-Type", "application/json");
    let content = body || undefined;
    if (file) { content = new FormData(); if (file.files?.[0]) content.append(file.name, file.files[0]); }
    const start = performance.now();
    const answer = await fetch(url, { method, headers: sent, body: method === "GET" ? undefined : content, credentials: "omit", redirect: "manual" });
    const text = await answer.text();
    const seconds = Math.round(performance.now() - start);
    const json = parsed(text);
    const told = [...answer.headers].filter(([name]) => /^(location|link|x-ratelimit|idempotency|content-type)/.test(name)).map(([name, value]) => `${name}: ${value}`);
    return { status: `${answer.status} · ${seconds} ms`, shown: `${told.join("\n")}\n\n${json ? JSON.stringify(json.value, null, 2) : text}` };
  };
  calls.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    const result = await send(form).catch((error) => ({ status: "", shown: `The call failed: ${error.message}` }));
    button.disabled = false;
    form.querySelector("[data-status]").textContent = result.status;
    form.querySelector("[data-shown]").textContent = result.shown;
    form.querySelector("[data-answer]").hidden = false;
  });

  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named) named.open = true;
})();
