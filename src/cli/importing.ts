// What the import commands share: they open the database alone, say in words what is wrong with a file, and import
// nothing while anything is.
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { describeProblem, type RowProblem } from '#lib/city/import/faults.ts';
import { readImportFile } from '#lib/city/import/file.ts';
import type { ImportReport } from '#lib/city/import/shapes.ts';
import type { Home } from '#lib/database/home.server.ts';
import { log } from '#server/log.ts';
import { openHomeFor } from './home.ts';
import { giveUp, openSettings } from './opening.ts';

const mostShown = 50;

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

export async function readFileOrGiveUp(path: string): Promise<{ text: string; sha256: string }> {
	try {
		return await readImportFile(path);
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === 'ENOENT') giveUp(`没有这个文件 / There is no such file: ${path}`);
		giveUp(`无法读取 / Cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
	}
}

/** Prints what is wrong and says so: with any problem nothing may be imported. */
export function hasProblems(problems: readonly RowProblem[]): boolean {
	if (problems.length === 0) return false;
	for (const problem of problems.slice(0, mostShown)) console.error(describeProblem(problem));
	const more = problems.length - mostShown;
	if (more > 0) console.error(`…还有 ${more} 处 / and ${more} more`);
	console.error(
		`共 ${problems.length} 处问题，什么都没有导入。/ ${problems.length} problems; nothing was imported.`
	);
	process.exitCode = 1;
	return true;
}

/** Runs with the database open and closes it whatever happens. A database in use says who holds it. */
export async function withHome(work: (home: Home) => Promise<void>): Promise<void> {
	const settings = openSettings();
	let home: Home | undefined;
	try {
		// An import makes a real city: the demo is never drawn first.
		home = await openHomeFor({ ...settings, isDemo: false }, log);
		await work(home);
	} catch (error) {
		console.error(error instanceof Error ? error.message : String(error));
		process.exitCode = 1;
	} finally {
		await home?.close();
	}
}

export function printReport({ added, changed, unchanged, gone, rejected }: ImportReport): void {
	console.log(
		`新增 / added ${added}；变更 / changed ${changed}；不变 / unchanged ${unchanged}；消失 / gone ${gone}`
	);
	for (const { key, problem } of rejected)
		console.error(`被数据库拒绝 / refused by the database: ${key}: ${problem}`);
	if (rejected.length > 0) process.exitCode = 1;
}
