/**
 * Strongly connected components of a directed graph in compressed sparse rows (Tarjan 1972, doi:10.1137/0201010), with
 * a stack of our own: a city's network is deeper than JavaScript's.
 * Answers each junction's component and the number of the component with the most junctions.
 */
export function componentsOf(
	junctions: number,
	firstArc: Uint32Array,
	arcTo: Uint32Array
): { label: Int32Array; largest: number } {
	const label = new Int32Array(junctions).fill(-1);
	const order = new Int32Array(junctions).fill(-1);
	const low = new Int32Array(junctions);
	const nextArc = firstArc.slice(0, junctions);
	const path = new Uint32Array(junctions);
	const waiting = new Uint32Array(junctions);
	let [seen, deep, held, components, largest, most] = [0, 0, 0, 0, 0, 0];
	for (let root = 0; root < junctions; root += 1) {
		if (order[root] !== -1) continue;
		path[deep++] = root;
		while (deep > 0) {
			const j = path[deep - 1]!;
			if (order[j] === -1) {
				order[j] = low[j] = seen++;
				waiting[held++] = j;
			}
			let isDeeper = false;
			while (nextArc[j]! < firstArc[j + 1]!) {
				const k = arcTo[nextArc[j]!]!;
				if (order[k] === -1) {
					path[deep++] = k;
					isDeeper = true;
					break;
				}
				if (label[k] === -1) low[j] = Math.min(low[j]!, low[k]!);
				nextArc[j]! += 1;
			}
			if (isDeeper) continue;
			deep -= 1;
			if (deep > 0) low[path[deep - 1]!] = Math.min(low[path[deep - 1]!]!, low[j]!);
			if (low[j] !== order[j]) continue;
			let size = 0;
			for (;;) {
				const k = waiting[--held]!;
				label[k] = components;
				size += 1;
				if (k === j) break;
			}
			if (size > most) [most, largest] = [size, components];
			components += 1;
		}
	}
	return { label, largest };
}

/** How many parts a network falls into when every segment is taken as two-way (disjoint sets, paths halved). */
export function partsOf(junctions: number, from: Uint32Array, to: Uint32Array): number {
	const parent = Uint32Array.from({ length: junctions }, (_, j) => j);
	const rootOf = (j: number): number => {
		while (parent[j] !== j) j = parent[j] = parent[parent[j]!]!;
		return j;
	};
	let parts = junctions;
	for (let s = 0; s < from.length; s += 1) {
		const [a, b] = [rootOf(from[s]!), rootOf(to[s]!)];
		if (a === b) continue;
		parent[a] = b;
		parts -= 1;
	}
	return parts;
}
