// A log tampered with, also by the database's owner, is found, and the first row that is not what it was is named (100,000 trials).
//
//   npm run prove tamper                     100,000 in memory, 60 in the tables of both homes
//   npm run prove tamper -- --size 1000

import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anchorKey, markBytes, readAnchors, sealOf, type Anchor } from '#lib/audit/anchors.ts';
import { anchorLog } from '#lib/audit/anchors.server.ts';
import { auditLog, walkLog, type LogPage } from '#lib/audit/audit.server.ts';
import { chainOf, relink } from '#lib/audit/chain.fixture.ts';
import type { FaultKind, Link } from '#lib/audit/chain.ts';
import { call, serviceClient } from '#lib/database/client.server.ts';
import { Phone } from '#test/support/phone.ts';
import { conclude, mulberry32, readProof } from '#test/support/proof.ts';
import { homesFor, openSite, type HomeKind } from '#test/support/site.ts';

const proof = readProof();
const epoch = '00000000-0000-4000-8000-000000000001';
const faults: string[] = [];

/** What somebody does to row `at` (from 0) of a log, and what has to be said of it. */
type Tampering = {
	name: string;
	/** Needs a witness outside: the chain itself is whole afterwards. */
	isOwner?: boolean;
	do(links: Link[], at: number, random: () => number): void;
	says: (at: number) => { position: number; kind: FaultKind };
};

const names = (kind: FaultKind) => (at: number) => ({ position: at + 1, kind });
const other = (text: string | null) => (text === 'tampered' ? 'Tampered' : 'tampered');
const rewrite =
	(change: (links: Link[], at: number, random: () => number) => void) =>
	(links: Link[], at: number, random: () => number) => {
		change(links, at, random);
		links.forEach((link, index) => (link[0] = index + 1));
		relink(links, at);
	};
const changeColumn = (links: Link[], at: number, random: () => number) => {
	const column = 3 + Math.floor(random() * 13);
	const link = links[at]! as (string | number | null)[];
	link[column] = column === 11 || column === 12 ? '{"tampered": true}' : other(link[column] as string | null);
};
const tamperings: Tampering[] = [
	{ name: 'a column changed', do: changeColumn, says: names('event_changed') },
	{ name: 'a hash changed', do: (l, at) => (l[at]![1] = 'ab'.repeat(32)), says: names('event_changed') },
	{
		name: 'a previous hash changed',
		do: (l, at) => (l[at]![2] = 'ab'.repeat(32)),
		says: names('link_broken')
	},
	{ name: 'an event deleted', do: (l, at) => void l[at]!.fill(null, 3), says: names('event_missing') },
	{ name: 'a row deleted', do: (l, at) => void l.splice(at, 1), says: names('gap') },
	{
		name: 'a row doubled',
		do: (l, at) => void l.splice(at, 0, [...l[at]!] as Link),
		says: (at) => ({ position: at + 2, kind: 'gap' })
	},
	{
		name: 'a column changed, all linked again',
		isOwner: true,
		do: rewrite(changeColumn),
		says: names('rewritten')
	},
	{
		name: 'a row deleted, all linked again',
		isOwner: true,
		do: rewrite((l, at) => void l.splice(at, 1)),
		says: names('rewritten')
	},
	{
		name: 'a row put in, all linked again',
		isOwner: true,
		do: rewrite((l, at, random) => void l.splice(at, 0, chainOf(random, 1)[0]!)),
		says: names('rewritten')
	},
	{ name: 'the end cut off', isOwner: true, do: (l, at) => void (l.length = at), says: names('cut_off') }
];

function pageOf(links: Link[], isCounted = true): LogPage {
	const last = links.at(-1);
	const head = { position: last?.[0] ?? 0, hash: last?.[1] ?? '' };
	return { epoch, head, links, events: isCounted ? links.filter(([, , , id]) => id !== null).length : null };
}

function anchorOf(links: Link[], key: Buffer): Anchor {
	const marks = Buffer.concat(links.map(([, hash]) => Buffer.from(hash, 'hex').subarray(0, markBytes)));
	const line = {
		at: '2026-09-28T02:00:00.000Z',
		epoch,
		from: 1,
		to: links.length,
		hash: links.at(-1)![1],
		marks: marks.toString('base64')
	};
	return { ...line, seal: sealOf(key, '', line) };
}

async function* one(page: LogPage): AsyncGenerator<LogPage> {
	yield page;
}

async function inMemory(): Promise<Record<string, number>> {
	const trials = proof.size(2000, 100_000);
	const length = 60;
	const key = anchorKey(Buffer.alloc(32, 7));
	const found: Record<string, number> = {};
	for (let trial = 0; trial < trials; trial += 1) {
		const random = mulberry32(proof.seed + trial);
		const links = chainOf(random, length);
		const anchor = anchorOf(links, key);
		const tampering = tamperings[trial % tamperings.length]!;
		const at = Math.floor(random() * (length - 1));
		tampering.do(links, at, random);
		const { fault } = await walkLog(one(pageOf(links)), [anchor]);
		const wanted = tampering.says(at);
		// The last row deleted, or the end cut off at nothing, is a shorter log: then the witness says so.
		if (fault?.position === wanted.position && fault.kind === wanted.kind)
			found[tampering.name] = (found[tampering.name] ?? 0) + 1;
		else faults.push(`seed ${proof.seed + trial}, ${tampering.name} at ${at + 1}: ${JSON.stringify(fault)}`);
	}
	return { trials, 'found and named': Object.values(found).reduce((sum, n) => sum + n, 0) };
}

/** The anchors themselves: every line changed, deleted or swapped is named. */
function ofAnchors(): number {
	const key = anchorKey(Buffer.alloc(32, 9));
	const links = chainOf(mulberry32(proof.seed), 40);
	const lines: string[] = [];
	let seal = '';
	for (let from = 1; from <= 40; from += 4) {
		const part = links.slice(from - 1, from + 3);
		const marks = Buffer.concat(
			part.map(([, hash]) => Buffer.from(hash, 'hex').subarray(0, markBytes))
		).toString('base64');
		const line = { at: 'now', epoch, from, to: from + 3, hash: part.at(-1)![1], marks };
		seal = sealOf(key, seal, line);
		lines.push(JSON.stringify({ ...line, seal }));
	}
	let found = 0;
	for (let at = 0; at < lines.length - 1; at += 1) {
		const ways = [
			(l: string[]) => (l[at] = l[at]!.replace('"at":"now"', '"at":"then"')),
			(l: string[]) => l.splice(at, 1),
			(l: string[]) => ([l[at], l[at + 1]] = [l[at + 1]!, l[at]!]),
			(l: string[]) => (l[at] = 'nonsense')
		];
		for (const [way, tamper] of ways.entries()) {
			const copy = [...lines];
			tamper(copy);
			const { fault } = readAnchors(copy.map((line) => `${line}\n`).join(''), key);
			// The first line has none before it, so a log that begins later shows at its continuation or its seal.
			if (fault && fault.line <= at + 2 && fault.line >= at + 1) found += 1;
			else faults.push(`anchor ${at + 1}, way ${way}: ${JSON.stringify(fault)}`);
		}
	}
	return found;
}

/** The same with real tables: changed by the owner with the triggers off, and put back. */
const owner: { name: string; sql: (at: number) => string; kind: FaultKind; shift?: number }[] = [
	{
		name: 'an event changed',
		sql: (at) =>
			`update app.event_log set actor_role = 'nobody' where id = (select event_id from app.event_chain where position = ${at})`,
		kind: 'event_changed'
	},
	{
		name: 'what an event says changed',
		sql: (at) =>
			`update app.event_log set after = after || '{"status": "closed"}' where id = (select event_id from app.event_chain where position = ${at})`,
		kind: 'event_changed'
	},
	{ name: 'a link deleted', sql: (at) => `delete from app.event_chain where position = ${at}`, kind: 'gap' },
	{
		name: 'an event changed, all linked again',
		sql: (
			at
		) => `update app.event_log set actor_role = 'nobody' where id = (select event_id from app.event_chain where position = ${at});
			do $do$ declare l record; h bytea := coalesce((select hash from app.event_chain where position = ${at} - 1), sha256('kerbside')); begin
			for l in select c.position, e from app.event_chain c join app.event_log e on e.id = c.event_id where c.position >= ${at} order by c.position loop
				update app.event_chain set previous_hash = h, hash = sha256(h || convert_to(private.event_text(l.e, l.position), 'UTF8')) where position = l.position returning hash into h;
			end loop; update app.event_head set hash = h; end $do$`,
		kind: 'rewritten'
	},
	{
		name: 'the end cut off',
		sql: (at) =>
			`delete from app.event_chain where position >= ${at}; update app.event_head set position = ${at} - 1, hash = (select hash from app.event_chain where position = ${at} - 1)`,
		kind: 'cut_off'
	},
	{
		name: 'an event beside the chain',
		sql: () => `insert into app.event_log (kind, occurred_at) values ('case.closed', now())`,
		kind: 'unlinked_events',
		shift: 1
	}
];

async function inTables(kind: HomeKind): Promise<Record<string, number>> {
	const site = await openSite(kind, { fsync: false });
	const folder = await mkdtemp(join(tmpdir(), 'kerbside-anchors-'));
	const off = ['event_log', 'event_chain']
		.map((table) => `alter table app.${table} disable trigger user`)
		.join(';');
	const on = ['event_log', 'event_chain']
		.map((table) => `alter table app.${table} enable trigger user`)
		.join(';');
	const run = async (sql: string) =>
		void (await site.query(`do $all$ begin execute ${quoted(sql)}; end $all$`));
	let found = 0;
	const trials = proof.size(owner.length, 10 * owner.length);
	try {
		const head = await write(site);
		await run(
			`create schema kept; create table kept.log as select * from app.event_log; create table kept.chain as select * from app.event_chain; create table kept.head as select * from app.event_head`
		);
		const open = async <T>(work: (home: Awaited<ReturnType<typeof site.open>>) => Promise<T>) => {
			const home = await site.open();
			return work(home).finally(() => home.close());
		};
		await open((home) => anchorLog(home, folder));
		const whole = await open((home) => auditLog(home, folder));
		if (whole.fault || whole.anchors.fault || whole.checked !== head)
			faults.push(`${kind}: an untouched log: ${JSON.stringify(whole)}`);
		for (let trial = 0; trial < trials; trial += 1) {
			const tampering = owner[trial % owner.length]!;
			const at = 2 + Math.floor(proof.random() * (head - 2));
			await run(`${off}; ${tampering.sql(at)}; ${on}`);
			const { fault } = await open((home) => auditLog(home, folder));
			const wanted = tampering.shift ? head + tampering.shift : at;
			if (fault?.kind === tampering.kind && fault.position === wanted) found += 1;
			else faults.push(`${kind}, ${tampering.name} at ${at} of ${head}: ${JSON.stringify(fault)}`);
			const refused = tampering.name.includes('linked again') || tampering.name.includes('cut off');
			if (refused && (await open((home) => anchorLog(home, folder))).kind !== 'refused')
				faults.push(`${kind}, ${tampering.name}: was anchored all the same`);
			await run(`${off}; delete from app.event_chain; delete from app.event_log; insert into app.event_log select * from kept.log; insert into app.event_chain select * from kept.chain;
				update app.event_head h set position = k.position, hash = k.hash from kept.head k; ${on}`);
		}
		const again = await open((home) => auditLog(home, folder));
		if (again.fault) faults.push(`${kind}: put back, and still at fault: ${JSON.stringify(again.fault)}`);
		if ((await readFile(join(folder, 'anchors.jsonl'), 'utf8')).split('\n').length !== 2)
			faults.push(`${kind}: a tampered log was written into the anchors`);
		return { [`${kind}: events`]: head, [`${kind}: trials`]: trials, [`${kind}: found and named`]: found };
	} finally {
		await site.close();
		await rm(folder, { recursive: true, force: true });
	}
}

const quoted = (sql: string) => `$q$${sql}$q$`;

/** Some forty reports; answers how many events that made. */
async function write(site: Awaited<ReturnType<typeof openSite>>): Promise<number> {
	const home = await site.open();
	try {
		// Only its words are wanted: nothing is sent anywhere.
		const phone = await Phone.at('http://127.0.0.1:9', proof.seed);
		const hash = (text: string) => createHash('sha256').update(text).digest('hex');
		for (let n = 0; n < 40; n += 1) {
			const report = phone.writeReport([]);
			const hashes = {
				code_hash: hash(`code ${report.id}`),
				pin_hash: hash('pin'),
				body_hash: hash(report.id)
			};
			await call(serviceClient(home), 'submit_report', { report, ...hashes });
		}
		phone.close();
	} finally {
		await home.close();
	}
	const [row] = await site.query<{ position: string }>('select position from app.event_head');
	return Number(row!.position);
}

const facts: Record<string, number> = { ...(await inMemory()), 'anchor lines found': ofAnchors() };
// Each look at the embedded home opens its database anew: a sample makes do with the native one, where there is one.
const homes = homesFor(proof.home);
for (const kind of proof.isSample ? homes.slice(-1) : homes) Object.assign(facts, await inTables(kind));
for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
conclude(
	'every tampered log is found, and the first row that is not what it was is named',
	facts,
	faults.length === 0
);
