import type { SegmentImport } from './shapes.ts';

export interface Components {
	/** By segment, in the order given: which part it belongs to; 0 is the largest, by length of segments in metres. */
	partOf: Int32Array;
	/** Of each part, the metres and the number of its segments. */
	metres: number[];
	segments: number[];
}

/** The parts of the network that are connected, whichever way one may drive. */
export function componentsOf(segments: readonly SegmentImport[]): Components {
	const parents: number[] = [];
	const nodes = new Map<string, number>();
	const nodeOf = (key: string) => {
		let node = nodes.get(key);
		if (node === undefined) {
			node = parents.length;
			parents.push(node);
			nodes.set(key, node);
		}
		return node;
	};
	const rootOf = (node: number) => {
		while (parents[node] !== node) node = parents[node] = parents[parents[node]!]!;
		return node;
	};
	const tails = segments.map(({ from_junction, to_junction }) => {
		const [a, b] = [rootOf(nodeOf(from_junction)), rootOf(nodeOf(to_junction))];
		parents[a] = b;
		return b;
	});
	const lengths = new Map<number, { metres: number; segments: number }>();
	const roots = tails.map(rootOf);
	segments.forEach(({ line }, i) => {
		const part = lengths.get(roots[i]!) ?? { metres: 0, segments: 0 };
		part.metres += lengthOf(line);
		part.segments += 1;
		lengths.set(roots[i]!, part);
	});
	const parts = [...lengths].sort(([, a], [, b]) => b.metres - a.metres);
	const place = new Map(parts.map(([root], i) => [root, i]));
	return {
		partOf: Int32Array.from(roots, (root) => place.get(root)!),
		metres: parts.map(([, { metres }]) => metres),
		segments: parts.map(([, part]) => part.segments)
	};
}

/** Metres, good to a few in a thousand. */
export function lengthOf(line: readonly (readonly [number, number])[]): number {
	let metres = 0;
	for (let i = 1; i < line.length; i++) {
		const [a, b] = [line[i - 1]!, line[i]!];
		const east = (b[0] - a[0]) * 111_320 * Math.cos((((a[1] + b[1]) / 2) * Math.PI) / 180);
		metres += Math.hypot(east, (b[1] - a[1]) * 111_320);
	}
	return metres;
}
