import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { compileMessages } from './src/lib/i18n/compile-messages.js';

/** svelte.config.js compiles the messages once; while developing, a changed text is compiled again. */
const messages: Plugin = {
	name: 'kerbside-messages',
	configureServer(server) {
		const recompile = (file: string) => {
			if (!file.includes('/messages/')) return;
			try {
				for (const problem of compileMessages(import.meta.dirname)) server.config.logger.warn(problem);
			} catch (error) {
				server.config.logger.error(String(error));
			}
		};
		server.watcher.add('messages');
		server.watcher.on('change', recompile).on('add', recompile);
	}
};

export default defineConfig({
	plugins: [messages, sveltekit()],
	// maplibre's worker is an ES module.
	worker: { format: 'es' },
	// Nothing as data: addresses: the policy lets fonts and scripts come from files of ours only.
	build: { target: 'es2022', assetsInlineLimit: 0 }
});
