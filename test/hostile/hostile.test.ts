// Files that are broken, cut short, lying or meant to do harm: each is refused or explained, within bounds, and never
// read by half. One test per file; each module beside this one exports lists of them.
import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { describeFinding, type Draft, type Finding } from '#lib/city/import/importer.ts';
import { nothingKnown } from '#lib/city/import/known.ts';
import { readInWorker } from '#lib/city/import/reading.ts';
import { RefusedFile } from '#lib/city/import/refused-file.ts';
import { compileMessages } from '#lib/i18n/compile-messages.js';
import { locales } from '#lib/i18n/locale.ts';
import type { HostileFile } from './hostile-file.ts';

compileMessages(process.cwd());
const { m } = await import('#lib/i18n/messages.ts');

const folder = new URL('./', import.meta.url);
const modules = readdirSync(folder).filter((name) => name.endsWith('.ts') && !/^hostile/.test(name));
const slowest = 30_000;
const mostMegabytes = 1536;
/** Continuous integration takes a quarter a day, another each day; everybody else all of them. */
const isSample = process.env.CI === 'true' && process.env.EVERY !== '1';
const day = Math.floor(Date.now() / 86_400_000);

afterAll(() => {
	// Of this process over its whole life, in kilobytes: the test runner's own share is in it.
	expect(process.resourceUsage().maxRSS / 1024).toBeLessThan(mostMegabytes);
});

for (const module of modules) {
	const lists: Record<string, unknown> = await import(/* @vite-ignore */ new URL(module, folder).href);
	const all = Object.values(lists).filter(Array.isArray).flat() as HostileFile[];
	const files = all.filter((_, n) => !isSample || n % 4 === day % 4);
	describe(module.replace(/\.ts$/, ''), () => {
		test.each(files.map((hostile) => [hostile.name, hostile] as const))(
			'%s',
			{ timeout: slowest + 15_000 },
			async (_, hostile) => {
				const file = typeof hostile.file === 'function' ? hostile.file() : hostile.file;
				const started = performance.now();
				const { findings, isRefused } = await read(hostile, file);
				expect(performance.now() - started).toBeLessThan(slowest);

				expect(findings.length).toBeGreaterThan(0);
				for (const finding of findings) {
					for (const locale of locales) {
						const sentence = describeFinding(finding, m, locale);
						expect(sentence).not.toBe(`${finding.domain}_${finding.code}`);
						expect(sentence).not.toMatch(/undefined|NaN/);
					}
				}
				expect({ isRefused, codes: findings.map(({ code }) => code) }).toEqual({
					isRefused: hostile.expect === 'refused',
					codes: hostile.says ? expect.arrayContaining([hostile.says]) : expect.anything()
				});
			}
		);
	});
}

async function read(
	{ kind, options = {}, known = nothingKnown() }: HostileFile,
	file: Parameters<typeof readInWorker>[1]
): Promise<{ findings: Finding[]; isRefused: boolean }> {
	try {
		const draft = await readInWorker<Draft>(kind, file, options, known);
		return { findings: draft.findings, isRefused: draft.refused > 0 };
	} catch (error) {
		if (!(error instanceof RefusedFile)) throw error;
		expect(error.findings.every(({ level }) => level === 'refused')).toBe(true);
		return { findings: error.findings, isRefused: true };
	}
}
