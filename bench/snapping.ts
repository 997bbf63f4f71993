// One million places snapped to the nearest of a city's segments, beside PostGIS's nearest-neighbour join: both times, their ratio, and every answer compared.
//
//   npm run bench snapping                     1,000,000 places over Boston; needs KERBSIDE_SHARED_DATA, or ../shared/data
//   npm run bench snapping -- --size 200000

import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { whyNoBoston } from '#test/support/boston.ts';
import { bostonNetwork, bostonReports } from '#test/support/boston-streets.ts';
import { startCluster } from '#test/support/cluster.ts';
import { processorSeconds } from '#test/support/memory.ts';
import { mulberry32, SKIPPED } from '#test/support/proof.ts';
import { findTools, hasExtension } from '#test/support/tools.ts';
import { snapIndex, snapPoints } from '#lib/streets/network/snapping.ts';
import type { StreetNetwork } from '#lib/streets/network/street-network.ts';

const { values } = parseArgs({
	options: { sample: { type: 'boolean', default: false }, size: { type: 'string' } }
});
const tools = findTools();
const missing =
	whyNoBoston() ??
	(tools.postgres && hasExtension(tools, 'postgis') ? null : 'there is no PostgreSQL with PostGIS');
if (missing) {
	console.log(`SKIPPED: ${missing}.`);
	process.exit(SKIPPED);
}
const n = Number(values.size ?? (values.sample ? 3_000 : 1_000_000));
const aim = 150;

const network = bostonNetwork();
const { x, y } = placesAround(network, n);

// The first run is compiled on the way; the one that counts is the middle of five.
const ours = middle(
	Array.from({ length: 5 }, () => {
		const startedAt = performance.now();
		const before = process.cpuUsage();
		const index = snapIndex(network);
		const builtAt = performance.now();
		const snapped = snapPoints(index, x, y);
		const endedAt = performance.now();
		const { user, system } = process.cpuUsage(before);
		return {
			ms: endedAt - startedAt,
			buildMs: builtAt - startedAt,
			processorMs: (user + system) / 1000,
			snapped
		};
	})
);

const cluster = await startCluster({ fsync: false });
const database = new pg.Client({ connectionString: cluster.adminUrl });
await database.connect();
try {
	await database.query(`create extension postgis; set jit = off;
		create table segments (id int primary key, geom geometry not null);
		create table places (i int primary key, geom geometry not null)`);
	await putSegments();
	for (let from = 0; from < n; from += 50_000) await putPlaces(from, Math.min(n, from + 50_000));
	await database.query('create index on segments using gist (geom)');
	await database.query('vacuum analyze segments, places');
	// Both read their tables once before they are timed.
	await database.query(join('where i < 2000'));
	const processor = () => processorSeconds(process.pid).get('postgres') ?? 0;
	const before = processor();
	const startedAt = performance.now();
	await database.query(`create unlogged table answers as ${join('')}`);
	const theirMs = performance.now() - startedAt;
	const theirProcessorMs = 1000 * (processor() - before);
	const found = await compare();

	const each = (ms: number) => `${((1000 * ms) / n).toFixed(2)} µs a place`;
	console.log(`${n.toLocaleString('en')} places, ${network.segments.toLocaleString('en')} segments`);
	console.log(
		`  PostGIS   ${(theirMs / 1000).toFixed(2).padStart(8)} s   ${each(theirMs)}, order by geom <-> place limit 1`
	);
	console.log(
		`  Kerbside  ${(ours.ms / 1000).toFixed(2).padStart(8)} s   ${each(ours.ms)}, its grid built in ${ours.buildMs.toFixed(0)} ms of it`
	);
	console.log(
		`  ratio     ${(theirMs / ours.ms).toFixed(0).padStart(8)} ×   (load ${loadavg()[0]!.toFixed(1)})`
	);
	// A busy machine distorts this one less.
	console.log(
		`  processor ${(theirProcessorMs / ours.processorMs).toFixed(0).padStart(8)} ×   ${(theirProcessorMs / 1000).toFixed(2)} s beside ${(ours.processorMs / 1000).toFixed(2)} s`
	);
	console.log(`  answers   distances differ by at most ${found.metres} m; ${found.wrong} segments are wrong`);
	console.log(
		`            ${found.ties} places are as near to several segments, where PostGIS names any; with the smallest id asked for, ${found.byRule} of ${found.compared} differ`
	);
	if (found.wrong + found.byRule > 0 || found.metres > 1e-9) process.exitCode = 1;
	if (!values.sample) console.log(`aim ≥ ${aim} ×: ${theirMs / ours.ms >= aim ? 'met' : 'NOT met'}`);
} finally {
	await database.end();
	await cluster.close();
}

/** Places of real reports, each moved by up to 15 m east and north: as many different ones as wanted. */
function placesAround(city: StreetNetwork, count: number): { x: Float64Array; y: Float64Array } {
	const reports = bostonReports(city);
	const random = mulberry32(6);
	const [px, py] = [new Float64Array(count), new Float64Array(count)];
	for (let i = 0; i < count; i += 1) {
		const report = Math.floor(random() * reports.x.length);
		px[i] = reports.x[report]! + 30 * random() - 15;
		py[i] = reports.y[report]! + 30 * random() - 15;
	}
	return { x: px, y: py };
}

/** The nearest by true distance from an index of boxes, what PostGIS calls KNN; of several as near it names any. */
function join(where: string): string {
	return `select p.i, s.id, s.metres from places p cross join lateral (
		select s.id, s.geom <-> p.geom as metres from segments s order by s.geom <-> p.geom limit 1) s ${where}`;
}

/** The same with our rule for ties; slower, since more candidates than one are taken from the index. */
function joinByRule(until: number): string {
	return `select p.i, s.id from places p cross join lateral (
		select q.id from (select s.id, s.geom <-> p.geom as metres from segments s order by s.geom <-> p.geom limit 12) q
		order by q.metres, q.id limit 1) s where p.i < ${until}`;
}

async function putSegments(): Promise<void> {
	const { ids, segments, firstPoint } = network;
	const lines = Array.from({ length: segments }, (_, s) => {
		const points = Array.from({ length: firstPoint[s + 1]! - firstPoint[s]! }, (_point, k) => {
			const p = firstPoint[s]! + k;
			return [network.x[p]!, network.y[p]!];
		});
		return { id: ids[s], line: { type: 'LineString', coordinates: points } };
	});
	await database.query(
		`insert into segments select (e ->> 'id')::int, st_setsrid(st_makeline(array(
			select st_makepoint((p ->> 0)::float8, (p ->> 1)::float8)
			from jsonb_array_elements(e -> 'line' -> 'coordinates') with ordinality c (p, k) order by k)), 0)
		from jsonb_array_elements($1::jsonb) e`,
		[JSON.stringify(lines)]
	);
}

async function putPlaces(from: number, until: number): Promise<void> {
	await database.query(
		'insert into places select $1::int + k - 1, st_makepoint(x, y) from unnest($2::float8[], $3::float8[]) with ordinality u (x, y, k)',
		[from, Array.from(x.subarray(from, until)), Array.from(y.subarray(from, until))]
	);
}

interface Differences {
	/** Another segment that is not as near. */
	wrong: number;
	/** Another segment just as near: the place is nearest to a junction. */
	ties: number;
	/** Of those compared under our rule for ties. */
	byRule: number;
	compared: number;
	metres: number;
}

async function compare(): Promise<Differences> {
	const { segment, off } = ours.snapped;
	const found = { wrong: 0, ties: 0, byRule: 0, compared: Math.min(n, 50_000), metres: 0 };
	for (let from = 0; from < n; from += 100_000) {
		const { rows } = await database.query<{ i: number; id: number; metres: number }>(
			'select * from answers where i >= $1 and i < $2',
			[from, from + 100_000]
		);
		if (rows.length !== Math.min(n, from + 100_000) - from) throw new Error('PostGIS left places out.');
		for (const { i, id, metres } of rows) {
			found.metres = Math.max(found.metres, Math.abs(metres - off[i]!));
			if (network.ids[segment[i]!] !== id) found[metres === off[i] ? 'ties' : 'wrong'] += 1;
		}
	}
	const { rows } = await database.query<{ i: number; id: number }>(joinByRule(found.compared));
	for (const { i, id } of rows) if (network.ids[segment[i]!] !== id) found.byRule += 1;
	return found;
}

function middle<T extends { ms: number }>(runs: T[]): T {
	return runs.sort((a, b) => a.ms - b.ms)[runs.length >> 1]!;
}
