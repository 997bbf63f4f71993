// What a person should know about a network before it becomes the city's: parts that hang on nothing, a file of
// another place, names that stand for streets far from each other.
import type { FeatureCollection } from 'geojson';
import type { Components } from './components.ts';
import type { Findings } from './findings.ts';
import type { Box } from './extent.ts';
import type { Known } from './known.ts';
import { strays } from './positions.ts';
import { streetClasses, type SegmentImport } from './shapes.ts';

const previewed = 3000;

/** Segments far from the middle of all, or a whole file with its axes swapped: refused. */
export function findStrays(segments: readonly SegmentImport[], findings: Findings): void {
	const starts = segments.map(({ name, line }, i) => ({ row: i, name, at: line[0]! }));
	for (const { row, fault, detail } of strays(starts)) {
		const { key, name } = segments[row]!;
		findings.add(fault, 'refused', { key, text: [name, detail].filter(Boolean).join(' ') });
	}
}

export function findParts(
	{ metres, segments }: Components,
	findings: Findings,
	all: readonly SegmentImport[],
	partOf: Int32Array
): void {
	if (metres.length < 2) return;
	const total = metres.reduce((sum, part) => sum + part, 0);
	const examples = segments.slice(1, 9).map((count, i) => {
		const first =
			all.find((_, s) => partOf[s] === i + 1 && all[s]!.name !== null) ?? all[partOf.indexOf(i + 1)]!;
		return { key: first.key, text: `${first.name ?? '—'} · ${count} · ${Math.round(metres[i + 1]!)} m` };
	});
	findings.say(
		'parts_not_connected',
		'warning',
		metres.length - 1,
		{
			parts: metres.length,
			largest: Math.round((metres[0]! / total) * 1000) / 10,
			kilometres: Math.round((total - metres[0]!) / 100) / 10
		},
		examples
	);
}

/** Degrees of a cell about a kilometre wide: streets of one name that lie two cells apart are two places. */
const cell = 0.01;

/** Names that stand for streets far from each other: each name is one street here, as are its numbers. */
export function findNamesApart(segments: readonly SegmentImport[], findings: Findings): void {
	const cellsOf = new Map<string, Set<string>>();
	for (const { street_key, name, line } of segments) {
		if (!name) continue;
		const street = street_key ?? name;
		const cells = cellsOf.get(street) ?? new Set();
		for (const [lng, lat] of line) cells.add(`${Math.floor(lng / cell)},${Math.floor(lat / cell)}`);
		cellsOf.set(street, cells);
	}
	for (const [street, cells] of cellsOf) {
		const places = groupsOf(cells);
		if (places > 1) findings.add('name_apart', 'note', { text: `${street} · ${places}` });
	}
}

/** In how many groups the cells lie, a cell touching the eight around it. Empties the set. */
function groupsOf(cells: Set<string>): number {
	let groups = 0;
	for (const first of cells) {
		groups += 1;
		cells.delete(first);
		const reached = [first];
		while (reached.length > 0) {
			const [x, y] = reached.pop()!.split(',').map(Number) as [number, number];
			for (let i = 0; i < 9; i++) {
				const next = `${x + (i % 3) - 1},${y + Math.floor(i / 3) - 1}`;
				if (cells.delete(next)) reached.push(next);
			}
		}
	}
	return groups;
}

/** One installation is one city: streets of some other place are refused. */
export function findOtherCity(box: Box, known: Known, findings: Findings): void {
	const there = known.city.bbox;
	if (!there || !known.city.hasStreets) return;
	const overlaps = box[0] <= there[2] && box[2] >= there[0] && box[1] <= there[3] && box[3] >= there[1];
	if (overlaps) return;
	const [lng, lat] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
	const away = [lng - (there[0] + there[2]) / 2, lat - (there[1] + there[3]) / 2] as const;
	const kilometres = Math.hypot(away[0] * 111.32 * Math.cos((lat * Math.PI) / 180), away[1] * 111.32);
	findings.say('another_place', 'refused', 1, { kilometres: Math.round(kilometres), city: known.city.name });
}

/** The streets as they would be, the wider ones first when there are too many; `part` 0 is the connected network. */
export function previewOf(segments: readonly SegmentImport[], partOf: Int32Array): FeatureCollection {
	const rank = new Map<string, number>(streetClasses.map((word, i) => [word, i]));
	const order = segments
		.map((segment, i) => ({ segment, part: partOf[i]!, i }))
		// What is not connected is what a person wants to look at.
		.sort(
			(a, b) =>
				Number(b.part > 0) - Number(a.part > 0) ||
				rank.get(a.segment.class)! - rank.get(b.segment.class)! ||
				a.i - b.i
		)
		.slice(0, previewed);
	const short = (degrees: number) => Math.round(degrees * 1e5) / 1e5;
	return {
		type: 'FeatureCollection',
		features: order.map(({ segment, part }) => ({
			type: 'Feature',
			properties: {
				key: segment.key,
				class: segment.class,
				part,
				...(segment.name === null ? {} : { name: segment.name }),
				...(segment.name_en === null ? {} : { name_en: segment.name_en })
			},
			geometry: {
				type: 'LineString',
				coordinates: segment.line.map(([lng, lat]) => [short(lng), short(lat)])
			}
		}))
	};
}
