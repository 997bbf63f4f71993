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

/**
 * Every page names the files of all pages, for whoever goes on to one: short names are the larger half of a kilobyte less on a
 * citizen's form. Seven letters are the fewest that the bundler takes, and sixteen different ones compress better than sixty-four.
 */
const shortNames: Plugin = {
	name: 'kerbside-short-names',
	applyToEnvironment: ({ name }) => name === 'client',
	outputOptions: (options) => {
		const short = (names: unknown) => String(names).replace('[hash]', '[hash:7]');
		return {
			...options,
			hashCharacters: 'hex' as const,
			entryFileNames: short(options.entryFileNames),
			chunkFileNames: short(options.chunkFileNames),
			assetFileNames: short(options.assetFileNames).replace('[name].', '')
		};
	}
};

const runtime =
	/node_modules\/(svelte\/(?!src\/reactivity\/)|@sveltejs\/kit\/(?!src\/runtime\/app\/forms)|devalue|clsx|esm-env)|vite\/preload-helper|rolldown\/runtime|lib\/(i18n\/(locale|generated\/shell)|ui\/connection\.svelte)\.ts/;
const furniture = /lib\/(i18n\/format\.ts|ui\/(Icon|Button|Notice|Field|FieldFrame)\.svelte|ui\/tone\.ts)/;

export default defineConfig({
	plugins: [messages, sveltekit(), shortNames],
	// maplibre's worker is an ES module.
	worker: { format: 'es' },
	// Nothing as data: addresses: the policy lets fonts and scripts come from files of ours only.
	build: {
		target: 'es2022',
		assetsInlineLimit: 0,
		// Named in the first file of every page: styles must be there in time, scripts may name their own.
		modulePreload: { resolveDependencies: (_, files) => files.filter((file) => file.endsWith('.css')) },
		rolldownOptions: {
			output: {
				codeSplitting: {
					groups: [
						// Every page begins with these: one file compresses better than nine, and asks once.
						{ name: 'runtime', test: runtime },
						{ name: 'furniture', test: furniture }
					]
				}
			}
		}
	}
});
