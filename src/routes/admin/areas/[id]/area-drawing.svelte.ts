import type { FeatureCollection, Feature, MultiPolygon, Polygon } from 'geojson';
import type { AreaKind } from '#lib/city/import/shapes.ts';
import type { Position } from '#lib/city/datum.ts';
import {
	cornerAt,
	cornerDeleted,
	cornerInserted,
	cornerMoved,
	geometryOf,
	isSame,
	merged,
	movedAlong,
	ringReplaced,
	rounded,
	shapeOf,
	splitBetween,
	type Place,
	type Shape
} from '#lib/areas/shape.ts';
import { snapped, snappedAll } from '#lib/areas/snap.ts';
import type { DrawnFault } from '#lib/areas/drawn-faults.ts';

export interface Neighbour {
	id: number;
	kind: AreaKind;
	name: string;
	name_en: string | null;
	version: number | null;
	geometry: Polygon | MultiPolygon;
}

/** What `save_areas` takes beside the area itself. */
type Other =
	| { id: number; version: number | null; geometry: Polygon | MultiPolygon }
	| { id: number; version: number | null; gone: true }
	| { name: string; geometry: Polygon | MultiPolygon };

interface Kept {
	shape: Shape;
	along: Readonly<Record<number, Shape>>;
	gone: readonly number[];
	fresh: { name: string; shape: Shape }[];
}

const metresPerDegree = 111_320;

/** An area under the hand: its corners, the neighbours that go along, and the way back. */
export class AreaDrawing {
	shape = $state.raw<Shape>([[[]]]);
	/** Neighbours whose border goes along, by id. */
	along = $state.raw<Readonly<Record<number, Shape>>>({});
	/** Neighbours that this area took in. */
	gone = $state.raw<readonly number[]>([]);
	/** Halves that were cut off and become areas of their own. */
	fresh = $state.raw<{ name: string; shape: Shape }[]>([]);
	chosen = $state.raw<Place>({ part: 0, ring: 0, corner: 0 });
	hasChosen = $state(false);
	isTogether = $state(true);
	kind = $state<AreaKind>('duty_grid');
	faults = $state.raw<DrawnFault[]>([]);
	#past = $state.raw<Kept[]>([]);
	#neighbours: readonly Neighbour[];

	constructor(geometry: Polygon | MultiPolygon | null, neighbours: readonly Neighbour[]) {
		this.#neighbours = neighbours;
		if (geometry) this.shape = shapeOf(geometry);
	}

	get ring(): Position[] {
		return this.shape[this.chosen.part]?.[this.chosen.ring] ?? [];
	}

	get at(): Position | null {
		return this.hasChosen ? cornerAt(this.shape, this.chosen) : null;
	}

	get isEmpty(): boolean {
		return (this.shape[0]?.[0]?.length ?? 0) < 3;
	}

	get canUndo(): boolean {
		return this.#past.length > 0;
	}

	get geometry(): Polygon | MultiPolygon | null {
		return this.isEmpty ? null : geometryOf(this.shape);
	}

	/** Neighbours of the same kind, as they would be. */
	get beside(): { neighbour: Neighbour; shape: Shape }[] {
		return this.#neighbours
			.filter(({ id, kind }) => kind === this.kind && !this.gone.includes(id))
			.map((neighbour) => ({
				neighbour,
				shape: this.along[neighbour.id] ?? shapeOf(neighbour.geometry)
			}));
	}

	get others(): Other[] {
		const version = (id: number) => this.#neighbours.find((one) => one.id === id)?.version ?? null;
		return [
			...Object.entries(this.along).map(([id, shape]) => ({
				id: Number(id),
				version: version(Number(id)),
				geometry: geometryOf(shape)
			})),
			...this.gone.map((id) => ({ id, version: version(id), gone: true as const })),
			...this.fresh.map(({ name, shape }) => ({ name, geometry: geometryOf(shape) }))
		];
	}

	#keep(): void {
		const { shape, along, gone, fresh } = this;
		this.#past = [...this.#past.slice(-99), { shape, along, gone, fresh }];
	}

	undo(): void {
		const before = this.#past.at(-1);
		if (!before) return;
		this.#past = this.#past.slice(0, -1);
		Object.assign(this, before);
		this.choose(Math.min(this.chosen.corner, this.ring.length - 1));
	}

	choose(corner: number): void {
		this.hasChosen = corner >= 0 && corner < this.ring.length;
		if (this.hasChosen) this.chosen = { ...this.chosen, corner };
	}

	chooseRing(part: number, ring: number): void {
		this.chosen = { part, ring, corner: 0 };
		this.hasChosen = false;
	}

	moveTo(to: Position): void {
		const from = this.at;
		if (!from) return;
		this.#keep();
		this.shape = cornerMoved(this.shape, this.chosen, to);
		this.#takeAlong(from, rounded(to));
	}

	nudge(east: number, north: number): void {
		const from = this.at;
		if (!from) return;
		const across = metresPerDegree * Math.cos((from[1] * Math.PI) / 180);
		this.moveTo([from[0] + east / across, from[1] + north / metresPerDegree]);
	}

	insert(): void {
		if (!this.at) return;
		this.#keep();
		this.shape = cornerInserted(this.shape, this.chosen);
		this.choose(this.chosen.corner + 1);
	}

	delete(): void {
		if (!this.at) return;
		this.#keep();
		const shape = cornerDeleted(this.shape, this.chosen);
		this.shape = shape.length === 0 ? [[[]]] : shape;
		if (!this.shape[this.chosen.part]?.[this.chosen.ring]) this.chooseRing(0, 0);
		this.choose(Math.min(this.chosen.corner, this.ring.length - 1));
	}

	/** What the hand made of the ring on the map. */
	setRing(corners: Position[], how: 'drawn' | 'changed'): void {
		const before = this.ring;
		this.#keep();
		const { part, ring } = this.chosen;
		this.shape = ringReplaced(this.shape, part, ring, corners.map(rounded));
		if (how === 'drawn' || before.length !== corners.length) return;
		const moved = corners.findIndex((at, i) => !isSame(at, before[i]!));
		if (moved < 0) return;
		this.choose(moved);
		this.#takeAlong(before[moved]!, this.ring[moved]!);
	}

	replace(geometry: Polygon | MultiPolygon): void {
		this.#keep();
		this.shape = shapeOf(geometry);
		this.chooseRing(0, 0);
	}

	/** Where a corner put down should lie: on a neighbour's corner or border, if that is near. */
	snap(at: Position, metres: number): Position | null {
		return snapped(
			at,
			this.beside.map(({ shape }) => shape),
			metres
		);
	}

	/** Every corner within so many metres of a neighbour; answers how many were put on it. */
	snapAll(metres: number): number {
		const { shape, moved } = snappedAll(
			this.shape,
			this.beside.map(({ shape }) => shape),
			metres
		);
		if (moved === 0) return 0;
		this.#keep();
		this.shape = shape;
		return moved;
	}

	#takeAlong(from: Position, to: Position): void {
		if (!this.isTogether) return;
		const beside = this.beside;
		const moved = movedAlong(
			beside.map(({ shape }) => shape),
			from,
			to
		);
		if (moved.size === 0) return;
		const changed = [...moved].map(([i, shape]) => [beside[i]!.neighbour.id, shape] as const);
		this.along = { ...this.along, ...Object.fromEntries(changed) };
	}

	/** Whether the place is one of this area's own corners. */
	snapsHere(at: Position): boolean {
		return this.shape.some((rings) => rings.some((ring) => ring.some((own) => isSame(own, at))));
	}

	/** Takes a neighbour in: one area without the border between them. */
	merge(id: number): void {
		const other = this.beside.find(({ neighbour }) => neighbour.id === id);
		if (!other) return;
		this.#keep();
		this.shape = merged(this.shape, other.shape);
		this.gone = [...this.gone, id];
		this.along = Object.fromEntries(Object.entries(this.along).filter(([along]) => Number(along) !== id));
		this.chooseRing(0, 0);
	}

	/** Cuts the area between the chosen corner and another one; the smaller half in the list becomes an area of its own. */
	split(other: number, name: string): boolean {
		const halves = splitBetween(this.shape, this.chosen, other);
		if (!halves) return false;
		this.#keep();
		this.shape = halves[0];
		this.fresh = [...this.fresh, { name, shape: halves[1] }];
		this.chooseRing(0, 0);
		return true;
	}

	beneath(
		ghost: Polygon | MultiPolygon | null,
		nameOf: (one: { name: string; name_en: string | null }) => string
	): FeatureCollection {
		const features: Feature[] = [];
		const add = (role: string, name: string, geometry: Feature['geometry']) =>
			features.push({ type: 'Feature', properties: { role, name }, geometry });
		for (const neighbour of this.#neighbours) {
			if (neighbour.kind !== this.kind || this.gone.includes(neighbour.id)) continue;
			const along = this.along[neighbour.id];
			add(along ? 'along' : 'area', nameOf(neighbour), along ? geometryOf(along) : neighbour.geometry);
		}
		for (const { name, shape } of this.fresh) add('along', name, geometryOf(shape));
		this.shape.forEach((rings, part) =>
			rings.forEach((ring, r) => {
				if ((part !== this.chosen.part || r !== this.chosen.ring) && ring.length > 2)
					add('rest', '', { type: 'LineString', coordinates: [...ring, ring[0]!] });
			})
		);
		if (ghost) add('ghost', '', ghost);
		for (const fault of this.faults) {
			if ('geometry' in fault) add(fault.code, fault.name, fault.geometry);
			else if (fault.at) add('spot', fault.name, { type: 'Point', coordinates: fault.at });
		}
		return { type: 'FeatureCollection', features };
	}
}
