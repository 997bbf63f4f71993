// A year of a real city's requests over its road graph, where that data lies beside the project: what the import of history
// is proved and measured on.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { applyHistory } from '#lib/cases/history/history.server.ts';
import type { HistoryApplied, HistoryDraft, HistoryOptions } from '#lib/cases/history/history.ts';
import { applyCity, readCity } from '#lib/city/import/city-import.ts';
import type { ImportFile } from '#lib/city/import/importer.ts';
import { loadKnown } from '#lib/city/import/known.server.ts';
import { readInWorker } from '#lib/city/import/reading.ts';
import { serviceClient, type Client } from '#lib/database/client.server.ts';
import { DatabaseThread } from '#lib/database/embedded/thread.ts';
import { openHome, type Home } from '#lib/database/home.server.ts';
import { processorSeconds, residentMegabytes } from './memory.ts';
import { putMigrated } from './migrated.ts';
import { startNative } from './native.ts';
import { quiet, type HomeKind } from './site.ts';
import { ROOT } from './tools.ts';

const data = resolve(process.env.KERBSIDE_SHARED_DATA ?? join(ROOT, '../shared/data'));
const files = {
	requests: join(data, 'boston-311-2015.csv.gz'),
	nodes: join(data, 'boston-road-nodes.csv.gz'),
	edges: join(data, 'boston-road-edges.csv.gz')
};

/** Why it cannot be had here; null when it can. */
export function whyNoBoston(): string | null {
	return Object.values(files).every((file) => existsSync(file)) ? null : `the test data is not in ${data}`;
}

/** The requests, or the first so many of them. */
export async function bostonRequests(rows?: number): Promise<ImportFile> {
	const bytes = await readFile(files.requests);
	if (rows === undefined) return { name: 'boston-311-2015.csv.gz', bytes };
	const lines = gunzipSync(bytes).toString('utf8').split('\n');
	return { name: 'boston-311-2015.csv', bytes: Buffer.from(lines.slice(0, rows + 1).join('\n')) };
}

/** The road graph as lines: two arcs between the same nodes are one street in both directions. */
async function bostonStreets(): Promise<ImportFile> {
	const rowsOf = async (file: string) =>
		gunzipSync(await readFile(file))
			.toString('utf8')
			.trim()
			.split('\n')
			.slice(1)
			.map((line) => line.split(','));
	const nodes = new Map(
		(await rowsOf(files.nodes)).map(([index, , lat, lng]) => [index!, [Number(lng), Number(lat)]])
	);
	const edges = (await rowsOf(files.edges)).map(([from, to, , , , highway]) => ({
		from: from!,
		to: to!,
		highway: highway!
	}));
	const arcs = new Set(edges.map(({ from, to }) => `${from}-${to}`));
	const drawn = new Set<string>();
	const features = edges.flatMap(({ from, to, highway }) => {
		const key = [from, to].sort().join('-');
		if (from === to || drawn.has(key)) return [];
		drawn.add(key);
		return [
			{
				type: 'Feature',
				properties: {
					key,
					u: from,
					v: to,
					kind: highway.replace(/[^a-z_].*$/, '') || 'residential',
					oneway: arcs.has(`${to}-${from}`) ? 0 : 1
				},
				geometry: { type: 'LineString', coordinates: [nodes.get(from), nodes.get(to)] }
			}
		];
	});
	return {
		name: 'boston-roads.geojson',
		bytes: Buffer.from(JSON.stringify({ type: 'FeatureCollection', features }))
	};
}

export interface Boston {
	kind: HomeKind;
	home: Home;
	client: Client;
	/** Segments drawn. */
	segments: number;
	/** Asks the tables themselves, with no limit of time; the home is closed for it and stays so. */
	ask(sql: string[]): Promise<unknown[]>;
	close(): Promise<void>;
}

/** An empty city in either home, with Boston's streets and nothing else. */
export async function openBoston(kind: HomeKind): Promise<Boston> {
	const directory = await mkdtemp(join(tmpdir(), 'kerbside-boston-'));
	const dataDir = join(directory, 'data');
	if (kind === 'embedded') {
		await mkdir(dataDir, { mode: 0o700 });
		await putMigrated(dataDir);
	}
	const native = kind === 'native' ? await startNative() : null;
	let home: Home | undefined;
	const close = async () => {
		await home?.close();
		await native?.close();
		await rm(directory, { recursive: true, force: true, maxRetries: 5 });
	};
	try {
		home = await openHome({
			root: ROOT,
			dataDir,
			demo: false,
			log: quiet,
			...(native && { supabaseUrl: native.url, anonKey: native.anonKey, serviceKey: native.serviceKey })
		});
		const client = serviceClient(home);
		const streets = await readCity(await bostonStreets());
		await applyCity(client, streets, { name: '波士顿', nameEn: 'Boston', timeZone: 'America/New_York' });
		const ask = async (sql: string[]): Promise<unknown[]> => {
			await home?.close();
			home = undefined;
			return native ? askNative(native.cluster.adminUrl, sql) : askEmbedded(dataDir, sql);
		};
		return { kind, home, client, segments: streets.segments.length, ask, close };
	} catch (error) {
		await close();
		throw error;
	}
}

async function askNative(connectionString: string, sql: string[]): Promise<unknown[]> {
	const database = new pg.Client({ connectionString });
	await database.connect();
	try {
		const answers: unknown[] = [];
		for (const one of sql) answers.push((await database.query<{ answer: unknown }>(one)).rows[0]?.answer);
		return answers;
	} finally {
		await database.end();
	}
}

async function askEmbedded(dataDir: string, sql: string[]): Promise<unknown[]> {
	const thread = await DatabaseThread.open({
		databaseDir: join(dataDir, 'database'),
		root: ROOT,
		log: quiet
	});
	try {
		const statements = sql.map((one) => ({ sql: one, params: [] }));
		const results = await thread.run({ role: 'postgres', claims: {} }, statements, 'bulk');
		return results.map(({ rows }) => (rows as { answer: unknown }[])[0]?.answer);
	} finally {
		await thread.close();
	}
}

export async function readRequests(
	{ client }: Boston,
	file: ImportFile,
	options: HistoryOptions = {}
): Promise<HistoryDraft> {
	return readInWorker<HistoryDraft>('history', file, options, await loadKnown(client));
}

export interface Written {
	applied: HistoryApplied;
	seconds: number;
	/** The slowest batch. */
	slowestMs: number;
	/** The most memory this process and all it started held at once. */
	megabytes: number;
	/** Seconds of processor time, by program: what a busy machine does not distort much. */
	processor: Map<string, number>;
}

/** Writes a draft and watches what it costs. */
export async function writeRequests({ client }: Boston, draft: HistoryDraft): Promise<Written> {
	let megabytes = 0;
	const watch = setInterval(
		() => (megabytes = Math.max(megabytes, residentMegabytes(process.pid)?.total ?? 0)),
		250
	);
	const before = processorSeconds(process.pid);
	const startedAt = performance.now();
	let last = startedAt;
	let slowestMs = 0;
	try {
		const applied = await applyHistory(client, draft, {
			onProgress() {
				slowestMs = Math.max(slowestMs, performance.now() - last);
				last = performance.now();
			}
		});
		const seconds = (performance.now() - startedAt) / 1000;
		const processor = new Map(
			[...processorSeconds(process.pid)].map(([name, spent]) => [name, spent - (before.get(name) ?? 0)])
		);
		return { applied, seconds, slowestMs, megabytes, processor };
	} finally {
		clearInterval(watch);
	}
}
