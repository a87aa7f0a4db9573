/** How the client becomes static files: dist/index.html, and under dist/assets what its hash in the name keeps for ever. */

import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // the content policy has no place for data: addresses
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
    rollupOptions: {
      output: { manualChunks: (id) => (FIRST.test(id) ? "first" : undefined) },
      // What is only handed on belongs to who uses it.
      treeshake: { moduleSideEffects: (id) => !id.includes("/src/design/") || id.endsWith(".css") },
    },
  },
});

/** What every page needs, in one file: many small ones compress worse. */
const FIRST =
  /node_modules\/(preact|@preact)\/|\/src\/(api\/(client|problem)|frame\/(?!words|Member|Navigation|fresh|formats|ToastList|fallbacks|toasts)|consents\/panel|design\/(Around|Banner|Button|Form|Input|Page|icons)\.tsx|[a-z]+\/feature|[a-z]+\/words\.ts)/;
