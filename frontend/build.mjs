// Copies what the admin pages load in the browser into the Python package: Tabler's style sheet, htmx, uPlot and one sprite
// of the icons named in icons.json. Big files get compressed siblings, which the server sends as they are.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";

const target = new URL("../src/honeyguide/engine/ui/static/vendor/", import.meta.url);
const modules = new URL("node_modules/", import.meta.url);
const files = {
  "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "uplot.min.js": "uplot/dist/uPlot.iife.min.js",
  "uplot.min.css": "uplot/dist/uPlot.min.css",
};
const licences = { htmx: "htmx.org/LICENSE", uplot: "uplot/LICENSE", "tabler-icons": "@tabler/icons/LICENSE" };

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const [name, source] of Object.entries(files)) {
  const text = readFileSync(new URL(source, modules), "utf8").replace(/\n?\/[/*]# sourceMappingURL=.*$/m, "");
  write(name, text);
}
for (const [name, source] of Object.entries(licences)) {
  copyFileSync(new URL(source, modules), new URL(`LICENSE.${name}`, target));
}
write("icons.svg", sprite(JSON.parse(readFileSync(new URL("icons.json", import.meta.url), "utf8"))));

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
