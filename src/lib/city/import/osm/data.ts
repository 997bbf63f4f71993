// An OpenStreetMap file as it lies in memory: positions and references in typed arrays, tags only where they mean
// something to us. The readers of both formats fill it through the same three calls.
import type { Findings } from '../findings.ts';
import { positionFault } from '../positions.ts';
import { refuseFile } from '../refused-file.ts';
import { isNamed, meaningfulTags, type Tags } from './tags.ts';

export interface OsmMember {
	type: 'node' | 'way' | 'relation';
	ref: number;
	role: string;
}

export interface OsmRelation {
	id: number;
	members: OsmMember[];
	tags: Tags;
}

export interface TaggedNode {
	id: number;
	tags: Tags;
}

/** A file with more than this is a country's: the city has to be cut out of it first. */
const most = { nodes: 20_000_000, ways: 3_000_000, references: 40_000_000, members: 2_000_000 };

/** OpenStreetMap itself allows 2,000 nodes in a way. */
const longestWay = 50_000;

export class OsmData {
	readonly findings: Findings;
	readonly taggedNodes: TaggedNode[] = [];
	readonly relations: OsmRelation[] = [];
	readonly #limits: typeof most;
	#nodeIds = new Float64Array(4096);
	/** Positions in units of 1e-7 degrees. */
	#lngs = new Int32Array(4096);
	#lats = new Int32Array(4096);
	#nodes = 0;
	#isSorted = true;
	#wayIds: number[] = [];
	/** Way i is the references from `#wayStarts[i]` up to the next. */
	#wayStarts: number[] = [0];
	#wayTags: (Tags | null)[] = [];
	#wayIndex = new Map<number, number>();
	#references = new Float64Array(4096);
	#members = 0;

	constructor(findings: Findings, limits: Partial<typeof most> = {}) {
		this.findings = findings;
		this.#limits = { ...most, ...limits };
	}

	/** Degrees as the file has them: they are judged here. */
	addNode(id: number, lng: number, lat: number, tags: Tags | null, row: number | null): void {
		if (!this.#isId(id, 'node', row)) return;
		const fault = positionFault([lng, lat]);
		if (fault) {
			this.findings.add(fault, 'refused', { row, key: `node ${id}`, text: `${lng}, ${lat}` });
			return;
		}
		if (this.#nodes >= this.#limits.nodes)
			throw refuseFile('network', 'too_many_nodes', { most: this.#limits.nodes });
		if (this.#nodes === this.#nodeIds.length) {
			this.#nodeIds = grown(this.#nodeIds);
			this.#lngs = grown(this.#lngs);
			this.#lats = grown(this.#lats);
		}
		if (this.#nodes > 0 && id <= this.#nodeIds[this.#nodes - 1]!) this.#isSorted = false;
		this.#nodeIds[this.#nodes] = id;
		this.#lngs[this.#nodes] = Math.round(lng * 1e7);
		this.#lats[this.#nodes] = Math.round(lat * 1e7);
		this.#nodes += 1;
		// A node is of interest as a place, and a place has a name.
		const kept = tags && isNamed(tags) ? meaningfulTags(tags) : null;
		if (kept) this.taggedNodes.push({ id, tags: kept });
	}

	addWay(id: number, references: readonly number[], tags: Tags | null, row: number | null): void {
		if (!this.#isId(id, 'way', row)) return;
		if (references.length > longestWay) {
			const text = String(references.length);
			this.findings.add('way_too_long', 'refused', { row, key: `way ${id}`, text }, { most: longestWay });
			return;
		}
		const start = this.#wayStarts.at(-1)!;
		const known = this.#wayIndex.get(id);
		if (known !== undefined) {
			if (!isSame(this.wayReferences(known), references)) {
				this.findings.add('way_twice', 'warning', { row, key: `way ${id}`, text: tags?.name ?? '' });
			}
			return;
		}
		if (this.#wayIds.length >= this.#limits.ways)
			throw refuseFile('network', 'too_many_ways', { most: this.#limits.ways });
		if (start + references.length > this.#limits.references) {
			throw refuseFile('network', 'too_many_nodes', { most: this.#limits.references });
		}
		while (start + references.length > this.#references.length) this.#references = grown(this.#references);
		this.#references.set(references, start);
		this.#wayIndex.set(id, this.#wayIds.length);
		this.#wayIds.push(id);
		this.#wayStarts.push(start + references.length);
		this.#wayTags.push(tags && meaningfulTags(tags));
	}

	addRelation(id: number, members: OsmMember[], tags: Tags | null, row: number | null): void {
		if (!this.#isId(id, 'relation', row)) return;
		if (tags?.type !== 'multipolygon') return;
		const kept = meaningfulTags(tags);
		if (!kept) return;
		this.#members += members.length;
		if (this.#members > this.#limits.members)
			throw refuseFile('network', 'too_many_ways', { most: this.#limits.members });
		this.relations.push({ id, members, tags: kept });
	}

	/** To be called once, when all is read: makes nodes findable. */
	seal(): void {
		if (this.#isSorted) return;
		const order = Uint32Array.from({ length: this.#nodes }, (_, i) => i);
		const ids = this.#nodeIds;
		order.sort((a, b) => ids[a]! - ids[b]! || a - b);
		const [sortedIds, lngs, lats] = [
			new Float64Array(this.#nodes),
			new Int32Array(this.#nodes),
			new Int32Array(this.#nodes)
		];
		let n = 0;
		for (const from of order) {
			const id = ids[from]!;
			if (n > 0 && sortedIds[n - 1] === id) {
				// Merged extracts name a node twice; only when the two differ is it worth a word. The first stands.
				if (lngs[n - 1] !== this.#lngs[from] || lats[n - 1] !== this.#lats[from]) {
					this.findings.add('node_twice', 'warning', { key: `node ${id}` });
				}
				continue;
			}
			sortedIds[n] = id;
			lngs[n] = this.#lngs[from]!;
			lats[n] = this.#lats[from]!;
			n += 1;
		}
		this.#nodeIds = sortedIds;
		this.#lngs = lngs;
		this.#lats = lats;
		this.#nodes = n;
		this.#isSorted = true;
	}

	get nodeCount(): number {
		return this.#nodes;
	}

	get wayCount(): number {
		return this.#wayIds.length;
	}

	/** The index of a node, or -1 when the file does not hold it. */
	findNode(id: number): number {
		let low = 0;
		let high = this.#nodes - 1;
		while (low <= high) {
			const middle = (low + high) >>> 1;
			const there = this.#nodeIds[middle]!;
			if (there === id) return middle;
			if (there < id) low = middle + 1;
			else high = middle - 1;
		}
		return -1;
	}

	/** Degrees, exact to 1e-7. */
	position(node: number): [lng: number, lat: number] {
		return [this.#lngs[node]! / 1e7, this.#lats[node]! / 1e7];
	}

	nodeId(node: number): number {
		return this.#nodeIds[node]!;
	}

	/** The index of a way, or -1. */
	findWay(id: number): number {
		return this.#wayIndex.get(id) ?? -1;
	}

	wayId(way: number): number {
		return this.#wayIds[way]!;
	}

	wayTags(way: number): Tags | null {
		return this.#wayTags[way]!;
	}

	/** The ids of a way's nodes. */
	wayReferences(way: number): Float64Array {
		return this.#references.subarray(this.#wayStarts[way]!, this.#wayStarts[way + 1]!);
	}

	#isId(id: number, type: string, row: number | null): boolean {
		if (Number.isSafeInteger(id) && id !== 0) return true;
		this.findings.add('bad_id', 'refused', { row, key: `${type} ${id}` });
		return false;
	}
}

function grown<Numbers extends Float64Array | Int32Array>(numbers: Numbers): Numbers {
	const larger = new (numbers.constructor as new (length: number) => Numbers)(numbers.length * 2);
	larger.set(numbers);
	return larger;
}

function isSame(a: Float64Array, b: readonly number[]): boolean {
	return a.length === b.length && a.every((ref, i) => ref === b[i]);
}
