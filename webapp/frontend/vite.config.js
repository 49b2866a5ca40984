// Builds what the browser gets: src/ and the packages it imports become hashed files under webapp/static/dist/,
// with manifest.json, where webapp finds their names. Nothing is loaded from anywhere else.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { defineConfig } from "vite";
import icons from "./src/icons.js";

const outDir = new URL("../static/dist/", import.meta.url).pathname;

/** Leaves a .gz beside each file that shrinks, so that no request pays for compressing. */
function precompress() {
  return {
    name: "precompress",
    async closeBundle() {
      const names = await readdir(outDir, { recursive: true });
      for (const name of names.filter((each) => /\.(js|css|svg)$/.test(each))) {
        const path = join(outDir, name);
        await writeFile(`${path}.gz`, await promisify(gzip)(await readFile(path), { level: constants.Z_BEST_COMPRESSION }));
      }
    },
  };
}

export default defineConfig({
  base: "/static/dist/",
  publicDir: false,
  resolve: { dedupe: ["preact"] }, // the form editor and the viewer inside it must share one
  plugins: [icons(), precompress()],
  build: {
    outDir,
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0, // fonts stay files, so that font-src needs no data: in the Content-Security-Policy
    modulePreload: { polyfill: false },
    // htmx can evaluate code from attributes; our Content-Security-Policy forbids it and no page uses it.
    rolldownOptions: {
      checks: { eval: false },
      input: { app: "src/app.js", diagram: "src/diagram.js", studio: "src/studio.js", changes: "src/changes.js", finding: "src/finding.js", monitor: "src/monitor.js", dmn: "src/dmn.js", formeditor: "src/formeditor.js" },
    },
  },
});
