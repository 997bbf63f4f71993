// Tiles of a city of 20,000 buildings and 8,000 segments: time and size per tile by zoom, and memory for all of them.
//
//   npm run bench tiles

import { parseArgs } from 'node:util';
import type { BaseFeature, BasemapSegment } from '#lib/map/basemap.ts';
import { TileSet } from '#lib/map/tiles.server.ts';

const { values } = parseArgs({ options: { sample: { type: 'boolean', default: false } } });
const part = values.sample ? 0.05 : 1;
const [west, south, width, height] = [119.45, 32.78, 0.12, 0.08];
/** Once per tile, version and process; afterwards a tile comes from memory. */
const mostMedianMs = 80;

let seed = 1;
const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
const place = (): [number, number] => [west + random() * width, south + random() * height];

const buildings = Array.from({ length: 20_000 * part }, (_, i): BaseFeature => {
	const [lng, lat] = place();
	const side = 0.0002 + random() * 0.0003;
	const ring = [
		[lng, lat],
		[lng + side, lat],
		[lng + side, lat + side],
		[lng, lat + side],
		[lng, lat]
	];
	const geometry = { type: 'Polygon' as const, coordinates: [ring] };
	return { id: i + 1, kind: 'building', name: null, name_en: null, geometry };
});
const segments = Array.from({ length: 8_000 * part }, (_, i): BasemapSegment => {
	const [lng, lat] = place();
	const line: [number, number][] = [
		[lng, lat],
		[lng + 0.002, lat],
		[lng + 0.002, lat + 0.001]
	];
	const street = i % 400;
	return {
		id: i + 1,
		street_id: street,
		name: `${street} 路`,
		name_en: null,
		class: 'residential',
		oneway: 0,
		line
	};
});

const startedAt = performance.now();
const tiles = new TileSet('bench', segments, buildings);
console.log(
	`${buildings.length} buildings, ${segments.length} segments, ready in ${Math.round(performance.now() - startedAt)} ms`
);
let isSlow = false;
for (const zoom of [11, 12, 13, 14, 15, 16]) {
	const times: number[] = [];
	let most = 0;
	const [left, top] = tileAt(zoom, west, south + height);
	const [right, bottom] = tileAt(zoom, west + width, south);
	for (let x = left; x <= right; x++) {
		for (let y = top; y <= bottom; y++) {
			const from = performance.now();
			most = Math.max(most, tiles.tile(zoom, x, y)?.length ?? 0);
			times.push(performance.now() - from);
		}
	}
	times.sort((a, b) => a - b);
	const middle = times[times.length >> 1]!;
	isSlow ||= middle > mostMedianMs;
	console.log(
		`  zoom ${zoom}: ${String(times.length).padStart(4)} tiles, median ${middle.toFixed(1).padStart(5)} ms, slowest ${times.at(-1)!.toFixed(0).padStart(4)} ms, largest ${(most / 1024).toFixed(0).padStart(4)} KB`
	);
}
console.log(`  ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB of heap with all of them cut`);
if (isSlow && !values.sample) process.exitCode = 1;

function tileAt(zoom: number, lng: number, lat: number): [x: number, y: number] {
	const sin = Math.sin((lat * Math.PI) / 180);
	const size = 2 ** zoom;
	return [
		Math.floor(((lng + 180) / 360) * size),
		Math.floor((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * size)
	];
}
