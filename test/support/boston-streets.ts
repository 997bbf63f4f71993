// A real city's road graph and a year of its requests as columns, straight from the files beside the project: what methods on
// streets are proved and measured on, without a database between.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
	buildStreetNetwork,
	type NetworkSegment,
	type StreetNetwork
} from '#lib/streets/network/street-network.ts';
import { snapIndex, snapPoints, type Snapped } from '#lib/streets/network/snapping.ts';
import { parse } from 'csv-parse/sync';
import { ROOT } from './tools.ts';

const data = resolve(process.env.KERBSIDE_SHARED_DATA ?? join(ROOT, '../shared/data'));
const textOf = (name: string) => gunzipSync(readFileSync(join(data, name))).toString('utf8');
const rowsOf = (name: string) =>
	textOf(name)
		.trim()
		.split('\n')
		.slice(1)
		.map((line) => line.split(','));

/** Two arcs between the same nodes are one segment; ids count from 1 in the order of the file. */
export function bostonNetwork(): StreetNetwork {
	const nodes = new Map(
		rowsOf('boston-road-nodes.csv.gz').map(([index, , lat, lng]) => [
			index!,
			[Number(lng), Number(lat)] as const
		])
	);
	const drawn = new Set<string>();
	const segments: NetworkSegment[] = [];
	for (const [from, to] of rowsOf('boston-road-edges.csv.gz')) {
		const key = [from, to].sort().join('-');
		if (from === to || drawn.has(key)) continue;
		drawn.add(key);
		segments.push({
			id: segments.length + 1,
			line: [nodes.get(from!)!, nodes.get(to!)!],
			from_junction: Number(from),
			to_junction: Number(to)
		});
	}
	return buildStreetNetwork(segments);
}

/** Requests as columns, in the order of the file, which is that of their time. */
export interface BostonReports extends Snapped {
	/** Metres in the network's plane. */
	x: Float64Array;
	y: Float64Array;
	/** Local hours since Monday, 29 December 2014, 00:00, in parts; as the clock on the wall says. */
	hour: Float64Array;
	/** Index into `categories`: the city's own REASON. */
	category: Uint16Array;
	categories: readonly string[];
	/** 1 where the request stands on the place that means "somewhere": City Hall. */
	isDefaultPlace: Uint8Array;
}

/** Every request, snapped to the nearest segment within `limit` metres. */
export function bostonReports(network: StreetNetwork, limit = 100): BostonReports {
	const rows = parse(textOf('boston-311-2015.csv.gz'), { columns: true }) as Record<string, string>[];
	const { plane } = network;
	const x = Float64Array.from(rows, (row) => (Number(row.LONGITUDE) - plane.lng) * plane.metresPerLng);
	const y = Float64Array.from(rows, (row) => (Number(row.LATITUDE) - plane.lat) * plane.metresPerLat);
	const categories = [...new Set(rows.map((row) => row.REASON!))].sort();
	const numbers = new Map(categories.map((name, c) => [name, c]));
	return {
		...snapPoints(snapIndex(network), x, y, limit),
		x,
		y,
		hour: Float64Array.from(rows, (row) => localHour(row.OPEN_DT!)),
		category: Uint16Array.from(rows, (row) => numbers.get(row.REASON!)!),
		categories,
		isDefaultPlace: Uint8Array.from(rows, (row) =>
			row.LATITUDE === '42.3594' && row.LONGITUDE === '-71.0587' ? 1 : 0
		)
	};
}

const monday = Date.UTC(2014, 11, 29);

/** `01/31/2015 12:20:09 AM` */
function localHour(text: string): number {
	const [, month, day, year, hour, minute, second, half] =
		/^(\d\d)\/(\d\d)\/(\d{4}) (\d\d):(\d\d):(\d\d) ([AP])M$/.exec(text)!;
	const hours = (Number(hour) % 12) + (half === 'P' ? 12 : 0);
	const at = Date.UTC(Number(year), Number(month) - 1, Number(day), hours, Number(minute), Number(second));
	return (at - monday) / 3_600_000;
}
