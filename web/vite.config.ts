/** How the client becomes static files: dist/index.html, and under dist/assets what its hash in the name keeps for ever. */

import { defineConfig } from "vite";

export default defineConfig({
  // Smaller than the automatic runtime, and all that Preact needs.
  esbuild: {
    jsx: "transform",
    jsxFactory: "h",
    jsxFragment: "Fragment",
    jsxInject: 'import { Fragment, h } from "preact"',
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // the content policy has no place for data: addresses
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
    rollupOptions: {
      // What is only handed on belongs to who uses it.
      treeshake: { moduleSideEffects: (id) => !id.includes("/src/design/") || id.endsWith(".css") },
    },
  },
});
