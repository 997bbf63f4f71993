// `npm run audit`: is the log what it was, and are the tables what the log makes of them? Names the first row that is not.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { anchorLog } from '#lib/audit/anchors.server.ts';
import { auditLog, type Audit } from '#lib/audit/audit.server.ts';
import { faultWords } from '#lib/audit/audit-words.ts';
import { serviceClient } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import { photoFaults, type PhotoAudit } from '#lib/audit/photo-faults.server.ts';
import { progress, withHome } from './importing.ts';
import { giveUp, openSettings } from './opening.ts';

const usage = `用法 / Usage:
npm run audit                     核验日志、库外存证与数据表 / checks the log, what was witnessed outside, and the tables
npm run audit -- --photos         再核对每张原始照片的 SHA-256 / every sealed photo's SHA-256, too
npm run audit -- anchor           立即写一条库外存证 / writes down the log's state outside the database now
  --new-log                       确认已换成新的数据库，从头存证 / another database stands here now: witness it from its beginning
  --anchors DIR                   存证目录，默认 ANCHOR_DIR 或 数据目录/anchors / where anchors are
  --json                          机器可读 / for machines
  结果：0 完好，1 有问题，2 无法核验 / exit code: 0 whole, 1 not, 2 could not be checked`;

const { values, positionals } = readCommand();
const folder = values.anchors ?? openSettings().anchorDir;
if (positionals.length === 0) await withHome(audit);
else if (positionals.length === 1 && positionals[0] === 'anchor') await withHome(anchor);
else giveUp(usage);

function readCommand() {
	try {
		return parseArgs({
			allowPositionals: true,
			options: {
				anchors: { type: 'string' },
				photos: { type: 'boolean' },
				json: { type: 'boolean' },
				'new-log': { type: 'boolean' }
			}
		});
	} catch (problem) {
		return giveUp(`${(problem as Error).message}\n\n${usage}`);
	}
}

async function audit(home: Home): Promise<void> {
	process.exitCode = 2;
	if (values.anchors !== undefined && !existsSync(join(values.anchors, 'anchors.jsonl')))
		return console.error(`没有存证文件 / There are no anchors: ${values.anchors}`);
	const result = await auditLog(home, folder, progress('正在核验日志', 'Checking the log'));
	const photos = values.photos
		? await photoFaults(serviceClient(home), progress('正在核对照片', 'Checking photos'))
		: null;
	if (values.json) console.log(JSON.stringify({ ...result, photos }));
	else print(result, photos);
	const isWhole =
		!result.fault &&
		!result.anchors.fault &&
		!result.anchors.isBehind &&
		result.differences.length === 0 &&
		!photos?.faults.length;
	process.exitCode = isWhole ? 0 : 1;
}

function print(
	{ fault, checked, head, anchors, differences, compared }: Audit,
	photos: PhotoAudit | null
): void {
	if (fault) {
		const event = fault.eventId ? `，记录 / event ${fault.eventId}` : '';
		console.log(`第一处问题 / The first fault: 第 ${fault.position} 条 / position ${fault.position}${event}`);
		console.log(`  ${faultWords[fault.kind]}`);
	} else {
		console.log(`日志完好 / The log is whole: ${checked} / ${head}`);
	}
	if (anchors.fault) {
		console.log(
			`存证文件第 ${anchors.fault.line} 行已被改动 / Line ${anchors.fault.line} of the anchors is not as it was written`
		);
	}
	if (anchors.isBehind)
		console.log(
			'库外存证落后于日志，可能被取走或截短 / The witness is behind the log: it may have been taken away or cut'
		);
	console.log(
		anchors.count === 0
			? '还没有库外存证 / Nothing was witnessed outside the database yet'
			: `库外存证 / witnessed outside the database: 到第 ${anchors.upTo} 条 / up to ${anchors.upTo}（${anchors.last}）`
	);
	console.log(
		differences.length === 0
			? `数据表与日志一致 / The tables are what the log makes of them: ${compared}`
			: `与日志不符 / Not what the log makes of them: ${differences.length} / ${compared}`
	);
	for (const { subject, id } of differences.slice(0, 20)) console.log(`  ${subject} ${id}`);
	if (!photos) return;
	console.log(`照片 / photos: ${photos.checked}，不符 / not what they were: ${photos.faults.length}`);
	for (const { sha256, kind } of photos.faults.slice(0, 20)) console.log(`  ${kind} ${sha256}`);
}

async function anchor(home: Home): Promise<void> {
	const anchored = await anchorLog(home, folder, { isNewLog: values['new-log'] });
	if (anchored.kind === 'written') console.log(`已存证 / Witnessed up to ${anchored.to}: ${anchored.hash}`);
	else if (anchored.kind === 'nothing_new') console.log('没有新的记录 / Nothing new');
	else {
		console.error(
			anchored.why === 'another_log'
				? '这不是存证过的那份日志；若确已更换数据库，请加 --new-log / Not the log that was witnessed; if the database was replaced on purpose, add --new-log'
				: anchored.why === 'file_broken'
					? '存证文件已被改动，请先运行 npm run audit / The anchors were changed: run npm run audit first'
					: '日志与上次存证不符，请先运行 npm run audit / The log is not what was witnessed last: run npm run audit first'
		);
		process.exitCode = 1;
	}
}
