// Turns messages/{locale}/{domain}.json into typed functions: "{count} cases" becomes m.desk_cases({ count }).
// Unused messages drop out of a page's bundle because every message is its own export. Plain JavaScript, because
// svelte.config.js runs it before any tool reads the sources. See docs/decisions for why this is not a library.
//
// Syntax of a message: {name} is replaced; {name|one|many} chooses by whether name is 1.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const locales = ['zh-CN', 'en'];
const placeholder = /\{([a-z_][a-z0-9_]*)(?:\|([^|{}]*)\|([^|{}]*))?\}/gi;

/**
 * Reads every domain file of every locale.
 * @param {string} folder
 * @returns {Record<string, Record<string, Record<string, string>>>} domain → key → locale → text
 */
export function readMessages(folder) {
	/** @type {Record<string, Record<string, Record<string, string>>>} */
	const domains = {};
	for (const locale of locales) {
		for (const file of readdirSync(join(folder, locale)).sort()) {
			if (!file.endsWith('.json')) continue;
			const texts = JSON.parse(readFileSync(join(folder, locale, file), 'utf8'));
			const domain = (domains[file.slice(0, -5)] ??= {});
			for (const [key, text] of Object.entries(texts)) (domain[key] ??= {})[locale] = text;
		}
	}
	return domains;
}

/** @param {string} text @returns {string[]} the names a text expects, sorted */
export function parameters(text) {
	return [...new Set([...text.matchAll(placeholder)].map((match) => match[1] ?? ''))].sort();
}

/**
 * What is wrong with the messages, in sentences: a missing translation, parameters that differ, a bad key.
 * @param {ReturnType<typeof readMessages>} domains
 */
export function findProblems(domains) {
	const problems = [];
	const seen = new Set();
	for (const [domain, messages] of Object.entries(domains)) {
		for (const [key, texts] of Object.entries(messages)) {
			if (!/^[a-z][a-z0-9_]*$/.test(key)) problems.push(`${domain}: "${key}" is not a name in snake_case`);
			if (seen.has(key)) problems.push(`${domain}: "${key}" is defined in another domain too`);
			seen.add(key);
			for (const locale of locales) {
				if (typeof texts[locale] !== 'string') problems.push(`${domain}: "${key}" has no ${locale} text`);
			}
			const wanted = locales.map((locale) => parameters(texts[locale] ?? '').join());
			if (new Set(wanted).size > 1 && locales.every((locale) => locale in texts)) {
				problems.push(`${domain}: "${key}" has different parameters: ${wanted.join(' / ')}`);
			}
		}
	}
	return problems;
}

/** @param {string} text a template literal's source for one message */
function template(text) {
	const escaped = text.replace(/[`\\]|\$(?=\{)/g, '\\$&');
	const filled = escaped.replace(placeholder, (_, name, one, many) =>
		one === undefined
			? `\${p.${name}}`
			: `\${Number(p.${name}) === 1 ? ${JSON.stringify(one)} : ${JSON.stringify(many)}}`
	);
	return '`' + filled + '`';
}

/**
 * The TypeScript of one domain.
 * @param {Record<string, Record<string, string>>} messages
 */
export function generate(messages) {
	const lines = [
		'// Generated from messages/; do not edit.',
		"import { pick, type Value, type InLocale } from '../locale.ts';",
		''
	];
	for (const [key, texts] of Object.entries(messages).sort(([a], [b]) => (a < b ? -1 : 1))) {
		const zh = texts['zh-CN'] ?? texts.en ?? key;
		const en = texts.en ?? zh;
		const names = [...new Set([...parameters(zh), ...parameters(en)])].sort();
		// A text without parameters still accepts an empty object, so that m.key({}, { locale }) reads the same.
		const inputs = names.length
			? `p: { ${names.map((name) => `${name}: Value`).join('; ')} }`
			: '_: object = {}';
		lines.push(`/** ${zh.replaceAll('*/', '')} */`);
		lines.push(`export const ${key} = (${inputs}, o?: InLocale): string =>`);
		lines.push(`\tpick(o) === 'en' ? ${template(en)} : ${template(zh)};`);
	}
	return lines.join('\n') + '\n';
}

/** @param {string} path @param {string} content Several tools may compile at once: replace whole files, and only when they change. */
function replace(path, content) {
	try {
		if (readFileSync(path, 'utf8') === content) return;
	} catch {
		// not written yet
	}
	const draft = `${path}.${process.pid}`;
	writeFileSync(draft, content);
	renameSync(draft, path);
}

/**
 * Writes the generated folder; returns the problems found (a missing text falls back to the other locale).
 * @param {string} root the project's folder
 */
export function compileMessages(root) {
	const folder = join(root, 'src/lib/i18n/generated');
	const domains = readMessages(join(root, 'messages'));
	mkdirSync(folder, { recursive: true });
	const names = Object.keys(domains).sort();
	for (const name of names) replace(join(folder, `${name}.ts`), generate(domains[name] ?? {}));
	const index = names.map((name) => `export * from './${name}.ts';`).join('\n');
	replace(join(folder, 'all.ts'), `// Generated from messages/; do not edit.\n${index}\n`);
	for (const file of readdirSync(folder)) {
		const isOurs = file === 'all.ts' || names.includes(file.replace(/\.ts$/, ''));
		if (file.endsWith('.ts') && !isOurs) rmSync(join(folder, file), { force: true });
	}
	return findProblems(domains);
}
