// Unnamed service ways are no streets, but stretches of some of them are all that joins one part of the network to the
// rest.
import type { OsmData } from './data.ts';

interface Line {
	/** Nodes by index, in stretches. */
	runs: number[][];
}

/** A stretch of a candidate between two places where it meets something. */
interface Stretch {
	candidate: number;
	nodes: number[];
	metres: number;
}

/**
 * Those of `candidates`, cut down to the stretches without which parts of `streets` would not be connected: the
 * shortest that do it, and none that leads nowhere.
 */
export function connectorsAmong<Candidate extends Line>(
	data: OsmData,
	streets: readonly Line[],
	candidates: readonly Candidate[]
): Candidate[] {
	const parents = new Int32Array(data.nodeCount).map((_, i) => i);
	const rootOf = (node: number) => {
		while (parents[node] !== node) node = parents[node] = parents[parents[node]!]!;
		return node;
	};
	const isOnStreet = new Uint8Array(data.nodeCount);
	for (const { runs } of streets) {
		for (const run of runs) {
			for (const node of run) {
				parents[rootOf(node)] = rootOf(run[0]!);
				isOnStreet[node] = 1;
			}
		}
	}

	// A spanning forest: the shortest stretches that join what is not joined yet.
	const forest = stretchesOf(data, isOnStreet, candidates)
		.sort((a, b) => a.metres - b.metres)
		.filter(({ nodes }) => {
			const [a, b] = [rootOf(nodes[0]!), rootOf(nodes.at(-1)!)];
			parents[a] = b;
			return a !== b;
		});

	// Cut off its dead ends, again and again: where only one stretch is left, and no street.
	const at = new Map<number, Set<Stretch>>();
	const endsOf = ({ nodes }: Stretch) => [nodes[0]!, nodes.at(-1)!];
	for (const stretch of forest) {
		for (const end of endsOf(stretch)) at.set(end, (at.get(end) ?? new Set()).add(stretch));
	}
	const left = new Set(forest);
	const ends = [...at.keys()];
	while (ends.length > 0) {
		const end = ends.pop()!;
		const there = at.get(end)!;
		if (isOnStreet[end] || there.size !== 1) continue;
		const [stretch] = there;
		left.delete(stretch!);
		for (const other of endsOf(stretch!)) {
			at.get(other)!.delete(stretch!);
			ends.push(other);
		}
	}

	const runs = new Map<number, number[][]>();
	for (const { candidate, nodes } of left) {
		const known = runs.get(candidate);
		if (known) known.push(nodes);
		else runs.set(candidate, [nodes]);
	}
	return [...runs]
		.sort(([a], [b]) => a - b)
		.map(([candidate, stretches]) => ({ ...candidates[candidate]!, runs: stretches }));
}

function stretchesOf(data: OsmData, isOnStreet: Uint8Array, candidates: readonly Line[]): Stretch[] {
	const visits = new Uint8Array(data.nodeCount);
	for (const { runs } of candidates) {
		for (const node of runs.flat()) visits[node] = Math.min(2, visits[node]! + 1);
	}
	const stretches: Stretch[] = [];
	candidates.forEach(({ runs }, candidate) => {
		for (const run of runs) {
			let start = 0;
			for (let end = 1; end < run.length; end++) {
				const node = run[end]!;
				if (end < run.length - 1 && !isOnStreet[node] && visits[node] === 1) continue;
				const nodes = run.slice(start, end + 1);
				stretches.push({ candidate, nodes, metres: metresOf(data, nodes) });
				start = end;
			}
		}
	});
	return stretches;
}

function metresOf(data: OsmData, nodes: readonly number[]): number {
	let metres = 0;
	for (let i = 1; i < nodes.length; i++) {
		const [a, b] = [data.position(nodes[i - 1]!), data.position(nodes[i]!)];
		const east = (b[0] - a[0]) * Math.cos((a[1] * Math.PI) / 180);
		metres += Math.hypot(east, b[1] - a[1]) * 111_320;
	}
	return metres;
}
