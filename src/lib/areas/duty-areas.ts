// Duty areas for a city that has none: neighbouring street blocks put together until every area has about the same
// length of streets, with main streets as borders. A first proposal for a person to edit, never an import by itself.
import { createHash } from 'node:crypto';
import type { MultiPolygon, Polygon } from 'geojson';
import type { Position } from '#lib/city/datum.ts';
import type { KnownStreets } from '#lib/city/import/known.ts';
import type { AreaKind } from '#lib/city/import/shapes.ts';
import { blocksBetween, type Blocks, type Side } from './blocks.ts';
import { nameAreas } from './area-names.ts';
import { withoutPinches } from './plane.ts';
import { withOutskirts } from './outskirts.ts';

export interface DutyAreaPlan {
	kind: AreaKind;
	/** How many; null: by `squareKilometres` each, and failing that by 2 km². */
	count: number | null;
	squareKilometres: number | null;
}

export interface DrawnArea {
	key: string;
	kind: AreaKind;
	name: string;
	name_en: null;
	/** For a person to fill in. */
	unit: null;
	geometry: Polygon | MultiPolygon;
	/** Of its blocks, without the streets that lead out of town. */
	streetMetres: number;
	squareMetres: number;
}

/** How much a street stands for a border: what lies on its two sides is better left to two areas. */
const weight: Record<string, number> = { primary: 1, secondary: 0.7, tertiary: 0.4 };

/** Metres: narrower ground between streets is a road's own. */
const roadWidth = 25;

/** Areas from the north-west to the south-east; their borders are shared corner by corner, without gap or overlap. */
export function dutyAreasFrom(
	streets: KnownStreets,
	{ kind, count, squareKilometres }: DutyAreaPlan
): { blocks: number; areas: DrawnArea[] } {
	const ground = blocksBetween(streets);
	const { blocks } = ground;
	if (blocks.length === 0) return { blocks: 0, areas: [] };
	const total = blocks.reduce((sum, { squareMetres }) => sum + squareMetres, 0);
	const wanted = count ?? Math.max(1, Math.round(total / 1e6 / (squareKilometres ?? 2)));
	const member = merge(ground, streets, wanted);

	const groups = new Map<number, number[]>();
	for (const [block, group] of member.entries()) {
		const list = groups.get(group);
		if (list) list.push(block);
		else groups.set(group, [block]);
	}
	const drawn = [...groups].map(([group, list]) => {
		const border = ground.sides.filter(
			({ left, right }) => (left >= 0 && member[left] === group) !== (right >= 0 && member[right] === group)
		);
		return {
			border,
			geometry: outline(border, ground, (block) => block >= 0 && member[block] === group),
			streetMetres: list.reduce((sum, block) => sum + blocks[block]!.streetMetres, 0),
			squareMetres: list.reduce((sum, block) => sum + blocks[block]!.squareMetres, 0)
		};
	});
	drawn.sort((a, b) => rank(a.geometry) - rank(b.geometry));
	const full = withOutskirts(drawn, streets);
	const names = nameAreas(
		drawn.map(({ border }) => border),
		streets,
		kind
	);
	const areas = drawn.map(({ streetMetres, squareMetres }, i): DrawnArea => {
		const geometry = full[i]!;
		const shape = createHash('sha256').update(JSON.stringify(geometry)).digest('hex').slice(0, 10);
		return {
			key: `${kind}:blocks-${shape}`,
			kind,
			name: names[i]!,
			name_en: null,
			unit: null,
			geometry,
			streetMetres,
			squareMetres
		};
	});
	return { blocks: blocks.length, areas };
}

/** By block, the area it falls to. The smallest area joins a neighbour again and again until as many are left as wanted. */
function merge({ blocks, sides, x, y }: Blocks, streets: KnownStreets, wanted: number): Int32Array {
	const member = Int32Array.from(blocks, (_, i) => i);
	// Between neighbours: metres of shared border, and metres weighed by how main the street is.
	const borders = blocks.map(() => new Map<number, { metres: number; main: number }>());
	const around = new Float64Array(blocks.length);
	for (const { left, right, line, metres } of sides) {
		if (left >= 0) around[left]! += metres;
		if (right >= 0) around[right]! += metres;
		if (left < 0 || right < 0 || left === right) continue;
		const main = metres * (weight[streets.classes[line]!] ?? 0);
		for (const [a, b] of [
			[left, right],
			[right, left]
		] as const) {
			const shared = borders[a]!.get(b) ?? { metres: 0, main: 0 };
			borders[a]!.set(b, { metres: shared.metres + metres, main: shared.main + main });
		}
	}
	// What lies between the carriageways of one road is no ground of its own: it goes wherever its road goes.
	const size = blocks.map(({ streetMetres, squareMetres }, block) =>
		(2 * squareMetres) / around[block]! < roadWidth ? 0 : streetMetres
	);
	const each = size.reduce((sum, metres) => sum + metres, 0) / wanted;
	const alive = new Set(size.keys());
	// Areas without a neighbour: the small ones are not counted, they join the nearest area at the end.
	const alone = new Set<number>();
	const small = new Set<number>();
	while (alive.size - small.size > wanted) {
		let smallest = -1;
		for (const area of alive) {
			if (!alone.has(area) && (smallest < 0 || size[area]! < size[smallest]!)) smallest = area;
		}
		if (smallest < 0) break;
		let best = -1;
		let least = Infinity;
		for (const [other, { metres, main }] of borders[smallest]!) {
			const cost =
				(size[smallest]! + size[other]!) / each + 1.2 * (main / metres) - 2 * (metres / around[smallest]!);
			if (cost < least) [best, least] = [other, cost];
		}
		if (best >= 0) {
			join(smallest, best);
			continue;
		}
		alone.add(smallest);
		if (size[smallest]! < each / 4) small.add(smallest);
	}
	joinNearest();
	return member.map((area) => root(area));

	function root(area: number): number {
		let at = area;
		while (member[at] !== at) at = member[at]!;
		return at;
	}

	/** Small ground apart from all other falls to the area nearest to it, up to 2 km away. */
	function joinNearest(): void {
		const corners = new Map<number, Set<number>>();
		for (const { from, to, left, right } of sides) {
			for (const block of [left, right]) {
				if (block < 0) continue;
				const area = root(block);
				const own = corners.get(area);
				if (own) own.add(from).add(to);
				else corners.set(area, new Set([from, to]));
			}
		}
		for (const area of small) {
			const [at] = corners.get(area) ?? [];
			let nearest = -1;
			let least = 200_000;
			for (const [other, own] of corners) {
				if (at === undefined || other === area || small.has(other)) continue;
				for (const corner of own) {
					const away = Math.hypot(x[corner]! - x[at]!, y[corner]! - y[at]!);
					if (away < least) [nearest, least] = [other, away];
				}
			}
			if (nearest >= 0) member[area] = nearest;
		}
	}

	function join(gone: number, into: number): void {
		member[gone] = into;
		alive.delete(gone);
		size[into]! += size[gone]!;
		around[into]! += around[gone]! - 2 * (borders[gone]!.get(into)?.metres ?? 0);
		for (const [other, shared] of borders[gone]!) {
			borders[other]!.delete(gone);
			if (other === into) continue;
			const there = borders[into]!.get(other) ?? { metres: 0, main: 0 };
			const sum = { metres: there.metres + shared.metres, main: there.main + shared.main };
			borders[into]!.set(other, sum);
			borders[other]!.set(into, sum);
		}
	}
}

/** Chains the border's sides into rings, the area on their left, and sorts holes into the parts that have them. */
function outline(
	border: readonly Side[],
	ground: Blocks,
	isOwn: (block: number) => boolean
): Polygon | MultiPolygon {
	const leaving = new Map<number, number[]>();
	const directed = border.map(
		({ from, to, left }) => (isOwn(left) ? [from, to] : [to, from]) as [number, number]
	);
	for (const [i, [from]] of directed.entries()) {
		const list = leaving.get(from);
		if (list) list.push(i);
		else leaving.set(from, [i]);
	}
	const { x, y } = ground;
	const rings: number[][] = [];
	const used = new Uint8Array(directed.length);
	for (const [first] of directed.entries()) {
		if (used[first]) continue;
		const ring: number[] = [];
		for (let i = first; !used[i];) {
			used[i] = 1;
			const [from, to] = directed[i]!;
			ring.push(from);
			const choices = leaving.get(to)!.filter((next) => !used[next]);
			if (choices.length === 0) break;
			// Where the area touches itself in a corner, the sharpest left turn keeps rings from running through each other.
			i = choices.reduce((a, b) =>
				turn(from, to, directed[b]![1]) > turn(from, to, directed[a]![1]) ? b : a
			);
		}
		rings.push(ring);
	}
	const simple = rings
		.flatMap((ring) => withoutPinches(ring, (corner) => corner))
		.filter((ring) => ring.length >= 3);
	const area = (ring: readonly number[]) =>
		ring.reduce((sum, a, i) => {
			const b = ring[(i + 1) % ring.length]!;
			return sum + x[a]! * y[b]! - x[b]! * y[a]!;
		}, 0);
	const parts = simple.filter((ring) => area(ring) > 0).map((ring) => [ring]);
	for (const hole of simple.filter((ring) => area(ring) < 0)) {
		const around = parts
			.filter(([outer]) => holdsRing(outer!, hole))
			.sort((a, b) => area(a[0]!) - area(b[0]!))[0];
		around?.push(hole);
	}
	const coordinates = parts
		.sort((a, b) => area(b[0]!) - area(a[0]!))
		.map((part) => part.map((ring): Position[] => [...ring, ring[0]!].map(ground.place)));
	return coordinates.length === 1
		? { type: 'Polygon', coordinates: coordinates[0]! }
		: { type: 'MultiPolygon', coordinates };

	function turn(a: number, b: number, c: number): number {
		const before = Math.atan2(y[b]! - y[a]!, x[b]! - x[a]!);
		const after = Math.atan2(y[c]! - y[b]!, x[c]! - x[b]!);
		const angle = (after - before + 3 * Math.PI) % (2 * Math.PI);
		return angle - Math.PI;
	}

	function holdsRing(outer: readonly number[], hole: readonly number[]): boolean {
		const corners = new Set(outer);
		const own = hole.find((corner) => !corners.has(corner)) ?? hole[0]!;
		let isInside = false;
		for (let i = 0, j = outer.length - 1; i < outer.length; j = i++) {
			const [a, b] = [outer[i]!, outer[j]!];
			if (y[a]! > y[own]! === y[b]! > y[own]!) continue;
			if (x[own]! < ((x[b]! - x[a]!) * (y[own]! - y[a]!)) / (y[b]! - y[a]!) + x[a]!) isInside = !isInside;
		}
		return isInside;
	}
}

/** Rows of about 1 km from the north, each from the west. */
function rank(geometry: Polygon | MultiPolygon): number {
	const outer = geometry.type === 'Polygon' ? geometry.coordinates[0]! : geometry.coordinates[0]![0]!;
	const middle = (axis: 0 | 1) => outer.reduce((sum, at) => sum + at[axis]!, 0) / outer.length;
	return -Math.round(middle(1) * 100) * 1000 + middle(0);
}
