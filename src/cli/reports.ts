// `npm run reports -- propose|import|export FILE`: last year's cases from a table of an office, and the cases back into one.
// All or nothing; the same file again changes nothing.
import { access, readFile, writeFile } from 'node:fs/promises';
import { exportColumns, exportCases, applyHistory } from '#lib/cases/history/history.server.ts';
import type { HistoryDraft, HistoryOptions } from '#lib/cases/history/history.ts';
import { readMapping, writeMapping } from '#lib/cases/history/mapping.ts';
import type { ImportFile } from '#lib/city/import/importer.ts';
import { loadKnown } from '#lib/city/import/known.server.ts';
import { readInWorker } from '#lib/city/import/reading.ts';
import { formatOf, writeTable, type TableRecord } from '#lib/city/tables/write-table.ts';
import { serviceClient } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import { openFileOrGiveUp, printDraft, printReport, progress, readArguments, withHome } from './importing.ts';
import { giveUp } from './opening.ts';

const usage = `用法 / Usage:
npm run reports -- propose FILE > mapping.json   看一遍表格，给出对照文件 / look at the table and propose a mapping
npm run reports -- import FILE [--mapping mapping.json] [--yes] [--skip-faulty] [--dry-run]
npm run reports -- export FILE.csv|.xlsx|.geojson
  FILE           CSV（UTF-8、GBK、UTF-16）、.xlsx、.geojson，可以是 .gz
  --mapping      对照文件：哪一列是什么 / which column is what; without it one is proposed and written beside FILE
  --yes          接受自动给出的对照 / accept the proposed mapping
  --skip-faulty  有错的行不导入，其余照常 / leave faulty rows out and import the others
  --dry-run      只检查，不写入 / say what would happen and write nothing
  --sheet        工作表名称 / name of the sheet
  --encoding     文件编码，一般不用写 / encoding, if it is found out wrongly`;

const { values, positionals } = readArguments(usage, {
	allowPositionals: true,
	options: {
		mapping: { type: 'string' },
		sheet: { type: 'string' },
		encoding: { type: 'string' },
		yes: { type: 'boolean', default: false },
		'skip-faulty': { type: 'boolean', default: false },
		'dry-run': { type: 'boolean', default: false }
	}
});
const [command, path, ...rest] = positionals;
if (!path || rest.length > 0) giveUp(usage);

if (command === 'propose') await proposeMapping(path);
else if (command === 'import') await importHistory(path);
else if (command === 'export') await exportHistory(path);
else giveUp(usage);

async function read(home: Home, file: ImportFile): Promise<HistoryDraft> {
	const known = await loadKnown(serviceClient(home));
	const options: HistoryOptions = {
		mapping: values.mapping === undefined ? null : readMapping(await readFile(values.mapping, 'utf8')),
		sheet: values.sheet ?? null,
		encoding: values.encoding ?? null
	};
	return readInWorker<HistoryDraft>('history', file, options, known);
}

/** The mapping goes to the output, everything to be said to the other one. */
async function proposeMapping(path: string): Promise<void> {
	const file = await openFileOrGiveUp(path);
	await withHome(async (home) => {
		const { log } = console;
		console.log = console.error;
		const draft = await read(home, file);
		await printDraft({ ...draft, refused: 0 });
		console.log = log;
		process.stdout.write(writeMapping(draft.mapping));
	});
}

async function importHistory(path: string): Promise<void> {
	const file = await openFileOrGiveUp(path);
	await withHome(async (home) => {
		const client = serviceClient(home);
		const started = performance.now();
		const draft = await read(home, file);
		const readIn = performance.now() - started;
		const skip = values['skip-faulty'];
		console.log(`${file.name}:`);
		const isWhole = await printDraft(skip ? { ...draft, refused: 0 } : draft);
		if (values.mapping === undefined && !values.yes) return await leaveProposal(path, draft);
		if (!isWhole) {
			console.error('要跳过有错的行，请加 --skip-faulty / To leave the faulty rows out, add --skip-faulty');
			return;
		}
		if (skip && draft.refused > 0) {
			console.log(`跳过 ${draft.refused} 行 / ${draft.refused} rows are left out`);
		}
		const isDryRun = values['dry-run'];
		const applied = await applyHistory(client, draft, {
			dryRun: isDryRun,
			onProgress: progress('正在写入', 'Writing')
		});
		if (isDryRun) console.log('预览，没有写入 / Nothing was written; an import would give:');
		await printReport(applied);
		if (applied.kept > 0) {
			console.log(`已在系统中办理、未改动 / worked on here since and left alone: ${applied.kept}`);
		}
		if (applied.notSnapped > 0) console.log(`附近没有道路 / near no street: ${applied.notSnapped}`);
		const writtenIn = performance.now() - started - readIn;
		const seconds = (ms: number) => (ms / 1000).toFixed(1);
		const rate = Math.round(draft.rows / (writtenIn / 1000));
		console.log(
			`读取 / read ${seconds(readIn)} s；写入 / written ${seconds(writtenIn)} s（${rate} 行/秒, rows per second）`
		);
	});
}

/** Writes the proposal beside the file, unless one is there that somebody may have worked on. */
async function leaveProposal(path: string, { mapping }: HistoryDraft): Promise<void> {
	const beside = `${path}.mapping.json`;
	const exists = await access(beside).then(
		() => true,
		() => false
	);
	if (!exists) await writeFile(beside, writeMapping(mapping), { flag: 'wx' });
	console.log(
		exists
			? `对照文件已存在，没有改动：${beside}\n  A mapping is there already and was left as it is.`
			: `还没有导入。已写好对照文件：${beside}\n  Nothing was imported yet. The proposed mapping is in that file.`
	);
	console.log(
		`请核对后运行 / Look it over, then run:\n  npm run reports -- import ${quoted(path)} --mapping ${quoted(beside)}\n` +
			`或直接接受 / or accept it as it is: --yes`
	);
	process.exitCode = 1;
}

function quoted(path: string): string {
	return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

async function exportHistory(path: string): Promise<void> {
	const format = formatOf(path);
	if (!format)
		return giveUp(`只能导出 .csv、.xlsx、.geojson / Only .csv, .xlsx and .geojson can be written: ${path}`);
	await withHome(async (home) => {
		const rows: TableRecord[] = [];
		for await (const row of exportCases(serviceClient(home))) rows.push(row);
		await writeFile(path, writeTable(format, exportColumns, rows, { sheet: '案件' }));
		console.log(`已导出 ${rows.length} 行 / ${rows.length} rows are in ${path}`);
	});
}
