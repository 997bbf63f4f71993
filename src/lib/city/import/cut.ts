// A file often holds more than the city: long roads reach out of it. It can be cut to a box, and says when it should be.
import { lengthOf } from './components.ts';
import { extentOf, type Box } from './extent.ts';
import type { Findings } from './findings.ts';
import type { Position } from './positions.ts';
import type { FeatureImport, SegmentImport } from './shapes.ts';

type Corner = readonly number[];

/** Streets whose middle lies in the box, whole: nothing is cut through, so keys and junctions stay. Ground that touches it. */
export function cutTo(
	box: Box,
	{ segments, features }: { segments: SegmentImport[]; features: FeatureImport[] },
	findings: Findings
): { segments: SegmentImport[]; features: FeatureImport[] } {
	const kept = segments.filter(({ line }) => isWithin(middleOf(line), box));
	findings.say('outside_box', 'note', segments.length - kept.length);
	return { segments: kept, features: features.filter(({ geometry }) => touches(cornersOf(geometry), box)) };
}

/** Says so when the box around all streets is twice that of the ground where nearly all of them lie. */
export function findReach(segments: readonly SegmentImport[], bbox: Box, findings: Findings): void {
	const middles = segments.map(({ line }) => middleOf(line));
	const reach = (axis: 0 | 1): [number, number] => {
		const sorted = middles.map((at) => at[axis]).sort((a, b) => a - b);
		const least = sorted[Math.floor(sorted.length * 0.02)]!;
		const most = sorted[Math.ceil(sorted.length * 0.98) - 1]!;
		const margin = (most - least) * 0.5;
		return [least - margin, most + margin];
	};
	const [[west, east], [south, north]] = [reach(0), reach(1)];
	const isNear = segments.map((_, i) => isWithin(middles[i]!, [west, south, east, north]));
	const far = segments.filter((_, i) => !isNear[i]);
	if (far.length === 0 || far.length === segments.length) return;
	const { bbox: box } = extentOf(segments.flatMap(({ line }, i) => (isNear[i] ? [line] : [])));
	if (areaOf(bbox) < 2 * areaOf(box)) return;
	const names = [...new Set(far.flatMap(({ name }) => (name ? [name] : [])))];
	findings.say(
		'reaches_far',
		'warning',
		far.length,
		{ box: box.map((degrees) => degrees.toFixed(3)).join(',') },
		names.map((text) => ({ text }))
	);
}

const areaOf = ([west, south, east, north]: Box) => (east - west) * (north - south);

const isWithin = ([lng, lat]: Position, [west, south, east, north]: Box) =>
	lng >= west && lng <= east && lat >= south && lat <= north;

/** Halfway along a line. */
function middleOf(line: readonly Position[]): Position {
	let left = lengthOf(line) / 2;
	for (let i = 1; i < line.length; i++) {
		const [a, b] = [line[i - 1]!, line[i]!];
		const metres = lengthOf([a, b]);
		if (metres >= left && metres > 0) {
			const share = left / metres;
			return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
		}
		left -= metres;
	}
	return line.at(-1)!;
}

function touches(corners: Iterable<Corner>, [west, south, east, north]: Box): boolean {
	const own: Box = [Infinity, Infinity, -Infinity, -Infinity];
	for (const [lng = NaN, lat = NaN] of corners) {
		own[0] = Math.min(own[0], lng);
		own[1] = Math.min(own[1], lat);
		own[2] = Math.max(own[2], lng);
		own[3] = Math.max(own[3], lat);
	}
	return own[0] <= east && own[2] >= west && own[1] <= north && own[3] >= south;
}

function cornersOf(geometry: FeatureImport['geometry']): Corner[] {
	switch (geometry.type) {
		case 'Point':
			return [geometry.coordinates];
		case 'LineString':
			return geometry.coordinates;
		case 'Polygon':
			return geometry.coordinates[0]!;
		case 'MultiPolygon':
			return geometry.coordinates.flatMap(([outline]) => outline!);
	}
}
