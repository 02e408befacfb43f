// Copies what the admin pages load in the browser into the Python package: Tabler's style sheet, htmx, uPlot and one sprite
// of the icons named in icons.json; and bundles the canvas of campaigns (canvas/) with React and
// xyflow, and the builder of e-mails and pages (builder/) with React. Big files get compressed siblings, which the server sends as they are.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { buildSync } from "esbuild";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const target = new URL("../src/honeyguide/engine/ui/static/vendor/", import.meta.url);
const modules = new URL("node_modules/", import.meta.url);
const files = {
  "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "uplot.min.js": "uplot/dist/uPlot.iife.min.js",
  "uplot.min.css": "uplot/dist/uPlot.min.css",
};
const licences = { htmx: "htmx.org/LICENSE", uplot: "uplot/LICENSE", "tabler-icons": "@tabler/icons/LICENSE", react: "react/LICENSE", xyflow: "@xyflow/react/LICENSE" };

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const [name, source] of Object.entries(files)) {
  const text = readFileSync(new URL(source, modules), "utf8").replace(/\n?\/[/*]# sourceMappingURL=.*$/m, "");
  write(name, text);
}
for (const [name, source] of Object.entries(licences)) {
  copyFileSync(new URL(source, modules), new URL(`LICENSE.${name}`, target));
}
write("canvas.js", bundle("canvas/index.jsx"));
write("builder.js", bundle("builder/index.jsx"));
write("builder.css", readFileSync(new URL("builder/builder.css", import.meta.url), "utf8"));
write("canvas.css", ["node_modules/@xyflow/react/dist/style.css", "canvas/canvas.css"].map((name) => readFileSync(new URL(name, import.meta.url), "utf8")).join("\n"));
write("icons.svg", sprite(JSON.parse(readFileSync(new URL("icons.json", import.meta.url), "utf8"))));

// React and xyflow ask for the environment by this name.
function bundle(name) {
  const define = { "process.env.NODE_ENV": '"production"' };
  const options = { bundle: true, minify: true, write: false, format: "iife", jsx: "automatic", target: "es2022", legalComments: "none", define };
  const entry = fileURLToPath(new URL(name, import.meta.url));
  return buildSync({ entryPoints: [entry], ...options }).outputFiles[0].text;
}

function sprite(names) {
  const symbols = names.map((name) => {
    const svg = readFileSync(new URL(`@tabler/icons/icons/outline/${name}.svg`, modules), "utf8");
    const drawing = svg.replace(/^[\s\S]*?<svg[\s\S]*?>/, "").replace("</svg>", "").replace(/<path stroke="none"[^>]*>/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s+/g, " ").trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

function write(name, text) {
  writeFileSync(new URL(name, target), text);
  writeFileSync(new URL(`${name}.gz`, target), gzipSync(text, { level: 9 }));
  writeFileSync(new URL(`${name}.br`, target), brotliCompressSync(text));
}
