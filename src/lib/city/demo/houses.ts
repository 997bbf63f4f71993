import type { Ground, TownPlan } from './ground.ts';
import { onParcel, type House } from './parcel-houses.ts';
import { aroundOldTown } from './plan/old-town.ts';
import { distance, distanceToRing, isInside, nearestOnEdge, seeded, type Metres } from './plane.ts';

interface Pattern {
	building: string;
	/** Along the street, in metres: least and most. */
	length: readonly [number, number];
	depth: readonly [number, number];
	levels: readonly [number, number];
	rowGap: number;
	gap: number;
	/** Distance kept from the middle of the streets around. */
	kerb: number;
	/** Share of plots left open. */
	open: number;
	/** Houses turn by up to this many degrees. */
	crooked: number;
}

const patterns = {
	courtyards: {
		building: 'house',
		length: [14, 30],
		depth: [10, 14],
		levels: [1, 2],
		rowGap: 8,
		gap: 4.5,
		kerb: 7,
		open: 0.1,
		crooked: 5
	},
	oldSlabs: {
		building: 'apartments',
		length: [38, 60],
		depth: [12, 14],
		levels: [4, 6],
		rowGap: 24,
		gap: 13,
		kerb: 15,
		open: 0.14,
		crooked: 1
	},
	slabs: {
		building: 'apartments',
		length: [50, 74],
		depth: [14, 16],
		levels: [6, 11],
		rowGap: 32,
		gap: 18,
		kerb: 19,
		open: 0.14,
		crooked: 0
	},
	towers: {
		building: 'apartments',
		length: [24, 32],
		depth: [18, 22],
		levels: [18, 30],
		rowGap: 40,
		gap: 28,
		kerb: 24,
		open: 0.12,
		crooked: 0
	},
	shops: {
		building: 'retail',
		length: [34, 62],
		depth: [20, 32],
		levels: [2, 5],
		rowGap: 18,
		gap: 9,
		kerb: 15,
		open: 0.1,
		crooked: 0
	},
	offices: {
		building: 'commercial',
		length: [34, 50],
		depth: [26, 36],
		levels: [8, 20],
		rowGap: 30,
		gap: 24,
		kerb: 22,
		open: 0.2,
		crooked: 0
	},
	halls: {
		building: 'industrial',
		length: [56, 104],
		depth: [28, 44],
		levels: [1, 2],
		rowGap: 22,
		gap: 18,
		kerb: 20,
		open: 0.14,
		crooked: 0
	},
	cottages: {
		building: 'house',
		length: [14, 22],
		depth: [10, 13],
		levels: [1, 3],
		rowGap: 24,
		gap: 11,
		kerb: 12,
		open: 0.4,
		crooked: 3
	}
} satisfies Record<string, Pattern>;

/** Every house of the town. Always the same for the same plan. */
export function townHouses(plan: TownPlan): House[] {
	const random = seeded(20_260_316);
	const taken: Obstacle[] = [
		...plan.water.map((ground) => obstacle(ground, 7)),
		...plan.greens.filter(({ tags }) => tags.leisure === 'park').map((ground) => obstacle(ground, 4)),
		...plan.parcels.map(({ ring }) => obstacle({ rings: [ring] }, 5))
	];
	const houses = plan.parcels.flatMap(onParcel);
	for (const { ring } of plan.blocks) {
		const middle = middleOf(ring);
		// Beyond the ring roads lie fields; their villages stand along the roads.
		if (isField(middle)) continue;
		houses.push(...inBlock(ring, patternFor(middle, random), taken, random));
	}
	return [...houses, ...inVillages(plan, taken, random)];
}

const isField = ([x, y]: Metres) => y > 1640 || y < -1830 || x > 2290;

// Courtyards inside the moat, old slabs around it, a centre of shops and offices, works in the south-east, villages at the edge.
function patternFor([x, y]: Metres, random: () => number): Pattern {
	if (isInside([x, y], aroundOldTown(0, 0, 354))) return patterns.courtyards;
	const draw = random();
	const isCentre = Math.abs(y - 250) < 330 && x > 250 && x < 2100;
	if (isCentre && draw < 0.34) return draw < 0.2 ? patterns.shops : patterns.offices;
	if (y < -1330 || (x > 1380 && y < -820)) return draw < 0.8 ? patterns.halls : patterns.slabs;
	if (x < -1690) return draw < 0.55 ? patterns.cottages : patterns.oldSlabs;
	if (x < 330) return draw < 0.16 ? patterns.shops : draw < 0.3 ? patterns.cottages : patterns.oldSlabs;
	return draw < 0.24 ? patterns.towers : draw < 0.32 ? patterns.shops : patterns.slabs;
}

/** Rows of houses in a block, along its longest side that looks east: homes face south, as they do in Jiangsu. */
function inBlock(
	block: readonly Metres[],
	pattern: Pattern,
	taken: readonly Obstacle[],
	random: () => number
): House[] {
	const houses: House[] = [];
	const xs = block.map(([x]) => x);
	const ys = block.map(([, y]) => y);
	const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
	const middle: Metres = [(west + east) / 2, (south + north) / 2];
	const near = taken.filter(({ box }) => box[0] < east && box[2] > west && box[1] < north && box[3] > south);
	const [along, across] = axes(block);
	const reach = Math.hypot(east - west, north - south) / 2;
	const between = ([low, high]: readonly [number, number]) => low + (high - low) * random();
	for (let v = -reach; v < reach;) {
		const depth = between(pattern.depth);
		for (let u = -reach + 20 * random(); u < reach;) {
			const length = between(pattern.length);
			const isOpen = random() < pattern.open;
			const turn = ((random() - 0.5) * 2 * pattern.crooked * Math.PI) / 180;
			const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
			const at = (du: number, dv: number): Metres => {
				const [p, q] = [u + du * cos - dv * sin, v + du * sin + dv * cos];
				return [middle[0] + along[0] * p + across[0] * q, middle[1] + along[1] * p + across[1] * q];
			};
			const ring = [at(0, 0), at(length, 0), at(length, depth), at(0, depth)];
			u += length + pattern.gap;
			if (isOpen || !stands(ring, block, pattern.kerb, near)) continue;
			houses.push({ building: pattern.building, levels: Math.round(between(pattern.levels)), ring });
		}
		v += depth + pattern.rowGap;
	}
	return houses;
}

/** Two rows of cottages along every road of the outskirts. */
function inVillages(plan: TownPlan, taken: readonly Obstacle[], random: () => number): House[] {
	const houses: House[] = [];
	for (const { street, points } of plan.lines) {
		if (street.highway !== 'unclassified') continue;
		for (let i = 1; i < points.length; i += 1) {
			const [a, b] = [points[i - 1]!, points[i]!];
			const length = distance(a, b);
			const [ex, ey] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
			for (let u = 4; u + 12 < length; u += 16) {
				for (const side of [-1, 1]) {
					if (random() < 0.42) continue;
					const [wide, deep, out] = [9 + 4 * random(), 8 + 3 * random(), side * (12 + 5 * random())];
					const at = (du: number, dv: number): Metres => [
						a[0] + ex * (u + du) - ey * (out + side * dv),
						a[1] + ey * (u + du) + ex * (out + side * dv)
					];
					const ring = [at(0, 0), at(wide, 0), at(wide, deep), at(0, deep)];
					const isClear = plan.lines.every(
						(line) => line.street === street || farFrom(ring[0]!, line.points, 16)
					);
					if (isClear && taken.every((one) => misses(ring, one)))
						houses.push({ building: 'house', levels: 2, ring });
				}
			}
		}
	}
	return houses;
}

function farFrom(point: Metres, line: readonly Metres[], least: number): boolean {
	return line.every((p, i) => i === 0 || nearestOnEdge(point, line[i - 1]!, p).away >= least);
}

interface Obstacle {
	rings: readonly (readonly Metres[])[];
	box: readonly [number, number, number, number];
	margin: number;
}

function obstacle({ rings }: Pick<Ground, 'rings'>, margin: number): Obstacle {
	const xs = rings[0]!.map(([x]) => x);
	const ys = rings[0]!.map(([, y]) => y);
	return {
		rings,
		margin,
		box: [
			Math.min(...xs) - margin,
			Math.min(...ys) - margin,
			Math.max(...xs) + margin,
			Math.max(...ys) + margin
		]
	};
}

function misses(ring: readonly Metres[], { rings, box, margin }: Obstacle): boolean {
	const isFar = ring.every(([x, y]) => x < box[0] || x > box[2] || y < box[1] || y > box[3]);
	if (isFar) return true;
	const [outer, ...holes] = rings;
	const isOn = isInside(ring[0]!, outer!) && !holes.some((hole) => isInside(ring[0]!, hole));
	return !isOn && rings.every((edge) => ring.every((corner) => distanceToRing(corner, edge) >= margin));
}

function stands(
	ring: readonly Metres[],
	block: readonly Metres[],
	kerb: number,
	near: readonly Obstacle[]
): boolean {
	return (
		ring.every((corner) => isInside(corner, block) && distanceToRing(corner, block) >= kerb) &&
		block.every((point) => !isInside(point, ring)) &&
		near.every((one) => misses(ring, one))
	);
}

function middleOf(ring: readonly Metres[]): Metres {
	const [x, y] = ring.reduce(([sx, sy], [px, py]) => [sx + px, sy + py], [0, 0]);
	return [x / ring.length, y / ring.length];
}

function axes(ring: readonly Metres[]): [Metres, Metres] {
	let best: Metres = [1, 0];
	let longest = 0;
	ring.forEach((a, i) => {
		const b = ring[(i + 1) % ring.length]!;
		const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
		const length = Math.hypot(dx, dy);
		if (length > longest && Math.abs(dx) > 3 * Math.abs(dy)) {
			longest = length;
			best = dx > 0 ? [dx / length, dy / length] : [-dx / length, -dy / length];
		}
	});
	return [best, [-best[1], best[0]]];
}
