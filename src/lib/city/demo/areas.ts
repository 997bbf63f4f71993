import { blocksBetween, ringsFrom } from './blocks.ts';
import { townPlan } from './ground.ts';
import { cutAtJunctions } from './network.ts';
import { dividing, edge, grids, placesOfDuty, units, type GridPlan } from './plan/duty.ts';
import { canalLine, closedCurve } from './plan/water.ts';
import { bend, curveThrough, isInside, offset, toLngLat, type Metres } from './plane.ts';
import type { AreaImport } from '../import/shapes.ts';

let drawn: AreaImport[] | undefined;

/** Every area of the demo town, duty grids first. The same every time. */
export function townAreas(): readonly AreaImport[] {
	return (drawn ??= [...dutyGrids(), ...placesWithDuty()]);
}

/** Grids follow the middle of streets and of the canal: together they cover the town and share their edges. */
function dutyGrids(): AreaImport[] {
	const outline = closedCurve(edge, 60).map(bend);
	const half = Math.floor(outline.length / 2);
	const { blocks, sides } = blocksBetween(
		cutAtJunctions([
			...townPlan().lines,
			{ key: 'canal', points: curveThrough(canalLine).map(bend) },
			{ key: 'edge-west', points: outline.slice(0, half + 1) },
			{ key: 'edge-east', points: [...outline.slice(half), outline[0]!] }
		])
	);
	const reach = blocks.map((_, i) => i);
	const reached = (block: number): number =>
		reach[block] === block ? block : (reach[block] = reached(reach[block]!));
	for (const { piece, left, right } of sides) {
		if (left !== null && right !== null && !dividing.has(piece.line)) reach[reached(left)] = reached(right);
	}
	const planOf = new Map<number, GridPlan>();
	for (const plan of grids) {
		for (const start of plan.from) {
			const block = blocks.findIndex(({ ring }) => isInside(bend(start), ring));
			if (block < 0) throw new Error(`${plan.name} starts at ${start}, outside every block.`);
			const other = planOf.get(reached(block));
			if (other && other !== plan) throw new Error(`${plan.name} and ${other.name} are not divided.`);
			planOf.set(reached(block), plan);
		}
	}
	const planFor = (block: number | null) => (block === null ? null : (planOf.get(reached(block)) ?? null));
	return grids.map((plan): AreaImport => {
		const edges = sides.flatMap(({ piece, left, right }) => {
			const [onLeft, onRight] = [planFor(left) === plan, planFor(right) === plan];
			if (onLeft === onRight) return [];
			const { from, to, points } = piece;
			return [onLeft ? { from, to, points } : { from: to, to: from, points: [...points].reverse() }];
		});
		const rings = ringsFrom(edges);
		if (rings.length !== 1) throw new Error(`${plan.name} falls into ${rings.length} parts.`);
		return rowOf(plan.key, 'duty_grid', plan, rings[0]!);
	});
}

function placesWithDuty(): AreaImport[] {
	const { parcels } = townPlan();
	return placesOfDuty.map((place) => {
		const parcel = parcels.find(({ key }) => key === place.parcel);
		const ring = parcel ? widened(parcel.ring, place.reach ?? 0) : place.ring?.map(bend);
		if (!ring) throw new Error(`${place.name} has no ground: there is no parcel ${place.parcel}.`);
		return rowOf(`demo:${place.kind}:${place.key}`, place.kind, place, ring);
	});
}

function rowOf(
	key: string,
	kind: AreaImport['kind'],
	{ name, nameEn, unit }: Pick<(typeof placesOfDuty)[number], 'name' | 'nameEn' | 'unit'>,
	ring: readonly Metres[]
): AreaImport {
	const points = ring.map(toLngLat);
	return {
		key,
		kind,
		name,
		name_en: nameEn,
		unit: unit && units[unit].name,
		unit_en: unit && units[unit].nameEn,
		geometry: { type: 'Polygon', coordinates: [[...points, points[0]!]] }
	};
}

/** A counter-clockwise ring moved outwards. */
function widened(ring: readonly Metres[], by: number): Metres[] {
	return offset([ring.at(-1)!, ...ring, ring[0]!], -by * Math.SQRT2).slice(1, -1);
}
