import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { compileMessages } from './src/lib/i18n/compile-messages.js';
import { pageDirectives } from './src/server/content-policy.js';

// Every tool that reads the sources (vite, vitest, svelte-kit sync, svelte-check) loads this file first.
compileMessages(import.meta.dirname);

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	kit: {
		// Two builds side by side (a running server and a check) must not share their intermediate files.
		outDir: process.env.KIT_OUT ?? '.svelte-kit',
		adapter: adapter({ out: process.env.BUILD_DIR ?? 'build', precompress: true }),
		csp: { mode: 'nonce', directives: pageDirectives },
		// Kit looks at form posts only and answers in plain text; hooks.server.ts refuses cross-origin writes of every type.
		csrf: { trustedOrigins: ['*'] },
		// Kit's own list has src and test.
		typescript: { config: (config) => ({ ...config, include: [...config.include, '../bench/**/*.ts'] }) }
	}
};
