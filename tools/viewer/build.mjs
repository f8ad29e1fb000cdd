/* Makes static/vendor/cornerstone.min.js, its licences and its line in the manifest. See docs/decisions/0112. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, "..", "..", "static", "vendor");
const bundle = join(vendor, "cornerstone.min.js");

/* The policy of our pages allows a style object, not a style attribute. */
const STYLE_ATTRIBUTE = "textElement.setAttribute('style', combinedStyle)";
const STYLE_OBJECT = "textElement.style.cssText = combinedStyle";

const styleObjects = {
  name: "style-objects",
  setup(run) {
    run.onLoad({ filter: /drawingSvg[\\/]drawTextBox\.js$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      if (!source.includes(STYLE_ATTRIBUTE)) throw new Error(`${path}: no longer as it was, see whether it still needs a change`);
      return { contents: source.replace(STYLE_ATTRIBUTE, STYLE_OBJECT) };
    });
  },
};

const made = await build({
  absWorkingDir: here,
  entryPoints: ["entry.js"],
  outfile: bundle,
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "none",
  define: { "window.localStorage": "undefined" }, // our pages keep nothing in the browser
  plugins: [styleObjects],
  metafile: true,
  logLevel: "warning",
});

const PACKAGE = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const [{ inputs }] = Object.values(made.metafile.outputs);
const used = Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0);
const packages = [...new Set(used.map((path) => PACKAGE.exec(path)?.[1]).filter(Boolean))].sort();

/* Some packages name their licence and bring no text of it; all of those name MIT. */
function licenceOf(folder, { name, license, homepage }) {
  const file = readdirSync(folder).find((found) => /^licen[cs]e/i.test(found));
  if (file) return readFileSync(join(folder, file), "utf8").trim();
  if (license !== "MIT") throw new Error(`${name}: no text of its licence, ${license}`);
  return `Copyright: the authors of ${name}${homepage ? `, ${homepage}` : ""}\n\n${readFileSync(join(here, "mit.txt"), "utf8").trim()}`;
}

function about(name) {
  const folder = join(here, "node_modules", name);
  const its = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return `${name} ${its.version} (${its.license})\n\n${licenceOf(folder, its)}\n`;
}

writeFileSync(join(vendor, "cornerstone.LICENSE"), packages.map(about).join(`\n${"-".repeat(80)}\n\n`));

const manifest = join(vendor, "manifest.json");
const known = JSON.parse(readFileSync(manifest, "utf8"));
const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const line = {
  file: "vendor/cornerstone.min.js",
  name: "Cornerstone3D, core and tools, with what they are made of",
  version: dependencies["@cornerstonejs/core"],
  licence: "MIT; its parts MIT, BSD-3-Clause, Apache-2.0, ISC and BSL-1.0",
  licence_file: "vendor/cornerstone.LICENSE",
  source: "tools/viewer: npm ci && node build.mjs",
  sha256: createHash("sha256").update(readFileSync(bundle)).digest("hex"),
};
known.files = [...known.files.filter(({ file }) => file !== line.file), line];
writeFileSync(manifest, `${JSON.stringify(known, null, 2)}\n`);
console.log(`${line.file}: ${readFileSync(bundle).length} bytes of ${packages.length} packages, sha256 ${line.sha256}`);
