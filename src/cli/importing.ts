// What the import commands share: a file is read and judged before the database is opened for writing, everything odd
// is said in both languages, and nothing is imported while anything is refused.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import {
	describeFinding,
	describeRejection,
	type Applied,
	type Draft,
	type Finding,
	type ImportFile
} from '#lib/city/import/importer.ts';
import { RefusedFile } from '#lib/city/import/refused-file.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import type { Home } from '#lib/database/home.server.ts';
import { log } from '#server/log.ts';
import { openHomeFor } from './home.ts';
import { giveUp, openSettings } from './opening.ts';

const mostShown = 50;
/** What a person at a terminal has to know; that a migration was applied is for the server's log. */
const quiet = { ...log, info: () => {} };

/** The command line, or the usage when it is not understood. */
export function readArguments<T extends ParseArgsConfig>(
	usage: string,
	config: T
): ReturnType<typeof parseArgs<T>> {
	try {
		return parseArgs(config);
	} catch {
		return giveUp(usage);
	}
}

/** The file's bytes, or a sentence and the end of the command. */
export async function openFileOrGiveUp(path: string): Promise<ImportFile> {
	try {
		return { name: basename(path), bytes: await readFile(path) };
	} catch (error) {
		return giveUpOn(path, error);
	}
}

function giveUpOn(path: string, error: unknown): never {
	const code = (error as NodeJS.ErrnoException).code;
	if (code === 'ENOENT') giveUp(`没有这个文件 / There is no such file: ${path}`);
	if (code === 'EISDIR') giveUp(`这是文件夹 / This is a folder: ${path}`);
	giveUp(`无法读取 / Cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
}

/** Messages are compiled when the settings are opened: only then can they be loaded. */
async function messages(): Promise<Record<string, unknown>> {
	return (await import('#lib/i18n/messages.ts')).m;
}

const marks = {
	refused: '✗ 拒绝 / refused',
	warning: '! 注意 / warning',
	note: '· 说明 / note'
} satisfies Record<Finding['level'], string>;

/** Findings in both languages, each with a few of its rows. */
export async function printFindings(findings: readonly Finding[]): Promise<void> {
	const m = await messages();
	for (const finding of findings) {
		const print = finding.level === 'refused' ? console.error : console.log;
		print(`${marks[finding.level]}  ${describeFinding(finding, m, 'zh-CN')}`);
		print(`    ${describeFinding(finding, m, 'en')}`);
		for (const { row, key, text } of finding.examples.slice(0, finding.level === 'note' ? 3 : 5)) {
			const where = row === null ? '' : `第 ${row} 行 / row ${row}`;
			print(`      ${[where, key, text].filter(Boolean).join('  ')}`);
		}
	}
}

/** What the file holds and everything odd about it. Answers whether it may be written. */
export async function printDraft(draft: Draft): Promise<boolean> {
	const m = await messages();
	for (const { domain, code, value } of draft.summary) {
		const label = (locale: 'zh-CN' | 'en') =>
			describeFinding({ domain, code, detail: { value }, count: Number(value) || 0 }, m, locale);
		console.log(`  ${label('zh-CN')} / ${label('en')}: ${value}`);
	}
	await printFindings(draft.findings);
	if (draft.refused === 0) return true;
	console.error(
		`共 ${draft.refused} 处被拒绝，什么都没有导入。/ ${draft.refused} refused; nothing was imported.`
	);
	process.exitCode = 1;
	return false;
}

/** A line that counts on; only where someone watches. */
export function progress(zh: string, en: string): (done: number, of: number) => void {
	let last = '';
	return (done, of) => {
		if (!process.stderr.isTTY) return;
		const line = `${zh} / ${en}: ${Math.floor((100 * done) / Math.max(of, 1))}%`;
		if (line === last) return;
		last = line;
		process.stderr.write(`\r${line}${done >= of ? '\n' : ''}`);
	};
}

/** Runs with the database open and closes it whatever happens. A database in use says who holds it. */
export async function withHome(work: (home: Home) => Promise<void>): Promise<void> {
	const settings = openSettings();
	let home: Home | undefined;
	try {
		// An import makes a real city: the demo is never drawn first.
		home = await openHomeFor({ ...settings, isDemo: false }, quiet);
		await work(home);
	} catch (error) {
		process.exitCode = 1;
		if (error instanceof RefusedFile) await printFindings(error.findings);
		else if (error instanceof ApiProblem) console.error(await sentenceOf(error));
		else console.error(error instanceof Error ? error.message : String(error));
	} finally {
		await home?.close();
	}
}

/** The database's refusal in both languages. */
async function sentenceOf(problem: ApiProblem): Promise<string> {
	const m = await messages();
	const finding = {
		domain: 'problem',
		code: problem.code,
		detail: { ...problem.detail } as Finding['detail'],
		count: 1
	};
	const [zh, en] = (['zh-CN', 'en'] as const).map((locale) => describeFinding(finding, m, locale));
	const cause = problem.status >= 500 && problem.cause instanceof Error ? ` (${problem.cause.message})` : '';
	return (zh === `problem_${problem.code}` ? problem.code : `${zh} / ${en}`) + cause;
}

export async function printReport({ added, changed, unchanged, gone, rejected }: Applied): Promise<void> {
	console.log(
		`新增 / added ${added}；变更 / changed ${changed}；不变 / unchanged ${unchanged}；消失 / gone ${gone}`
	);
	const m = rejected.length > 0 ? await messages() : {};
	for (const one of rejected.slice(0, mostShown)) {
		const said = (['zh-CN', 'en'] as const).map((locale) => describeRejection(one, m, locale));
		console.error(`被数据库拒绝 / refused by the database: ${one.key ?? '—'}: ${said.join(' / ')}`);
	}
	if (rejected.length > mostShown) {
		const more = rejected.length - mostShown;
		console.error(`…还有 ${more} 处 / and ${more} more`);
	}
	if (rejected.length > 0) process.exitCode = 1;
}
