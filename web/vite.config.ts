/** How the client becomes static files: dist/index.html, and under dist/assets what its hash in the name keeps for ever. */

import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // the content policy has no place for data: addresses
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
  },
});
