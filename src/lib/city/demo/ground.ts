import { blocksBetween, type Block } from './blocks.ts';
import { cutAtJunctions, type Network } from './network.ts';
import { greens, parks } from './plan/greens.ts';
import { parcels, railway, type Parcel } from './plan/places.ts';
import { bedOf, pools, streams } from './plan/water.ts';
import { bend, curveThrough, distance, distanceToRing, isInside, signedArea, type Metres } from './plane.ts';
import { drawStreets, type StreetLine } from './streets-drawn.ts';

/** A piece of ground with tags; its outer ring first, then holes. */
export interface Ground {
	key: string;
	name: string | null;
	nameEn: string | null;
	tags: Record<string, string>;
	rings: Metres[][];
}

export interface TownPlan {
	lines: StreetLine[];
	network: Network;
	blocks: Block[];
	water: Ground[];
	greens: Ground[];
	parcels: (Parcel & { ring: Metres[] })[];
	railway: Metres[];
}

let plan: TownPlan | undefined;

/** The town before its houses: streets, water, green and what has ground of its own. Drawn once, always the same. */
export function townPlan(): TownPlan {
	if (plan) return plan;
	const lines = drawStreets();
	const network = cutAtJunctions(lines);
	const { blocks } = blocksBetween(network);
	plan = {
		lines,
		network,
		blocks,
		water: [
			...streams.map((stream): Ground => {
				const bent = { ...stream, line: stream.line.map(bend) };
				const tags = { natural: 'water', water: stream.kind };
				return { key: stream.key, name: stream.name, nameEn: stream.nameEn, tags, rings: [bedOf(bent)] };
			}),
			...pools.map((pool): Ground => {
				const tags = { natural: 'water', water: pool.kind };
				return { ...pool, tags, rings: pool.rings.map((ring) => ring.map(bend)) };
			})
		],
		greens: [
			...parks.map((park): Ground => {
				const at = bend(park.at);
				const block = blocks.find(({ ring }) => isInside(at, ring));
				if (!block) throw new Error(`${park.name} lies at ${park.at}, outside every block.`);
				const tags = { leisure: 'park' };
				return { ...park, tags, rings: [inset(block.ring, park.verge)] };
			}),
			...greens.map(({ ring, ...green }): Ground => {
				return {
					...green,
					rings: [
						curveThrough([...ring, ring[0]!], 60)
							.slice(0, -1)
							.map(bend)
					]
				};
			})
		],
		parcels: parcels.map((parcel) => ({ ...parcel, ring: corners(parcel).map(bend) })),
		railway: curveThrough(railway, 60).map(bend)
	};
	return plan;
}

function corners({ at: [x, y], size: [width, height] }: Parcel): Metres[] {
	return [
		[x - width / 2, y - height / 2],
		[x + width / 2, y - height / 2],
		[x + width / 2, y + height / 2],
		[x - width / 2, y + height / 2]
	];
}

/** The ring moved inwards by about `by` metres. Corners that would fold over are left out. */
export function inset(ring: readonly Metres[], by: number): Metres[] {
	const moved = ring
		.map((point, i): Metres => {
			const a = ring[(i - 1 + ring.length) % ring.length]!;
			const b = ring[(i + 1) % ring.length]!;
			const normal = (p: Metres, q: Metres): Metres => {
				const length = distance(p, q) || 1;
				return [-(q[1] - p[1]) / length, (q[0] - p[0]) / length];
			};
			const [before, after] = [normal(a, point), normal(point, b)];
			// Along the bisector, further out at sharp corners so that both sides keep their distance.
			const fold = 1 + before[0] * after[0] + before[1] * after[1];
			const reach = by / Math.max(0.35, fold);
			return [point[0] + (before[0] + after[0]) * reach, point[1] + (before[1] + after[1]) * reach];
		})
		.filter((point) => isInside(point, ring) && distanceToRing(point, ring) > by * 0.9);
	// Corners nearer than this to the one before say nothing, and rounding could turn them round.
	return withoutLoops(moved.filter((point, i) => i === 0 || distance(point, moved[i - 1]!) > 3));
}

/** Where two sides of a ring cross, the shorter way round between them is left out. */
function withoutLoops(ring: Metres[]): Metres[] {
	for (let i = 0; i < ring.length; i += 1) {
		for (let j = i + 2; j < ring.length; j += 1) {
			if (i === 0 && j === ring.length - 1) continue;
			const [a, b, c, d] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[(j + 1) % ring.length]!];
			const turn = (p: Metres, q: Metres, r: Metres) => signedArea([p, q, r]);
			if (turn(c, d, a) * turn(c, d, b) >= 0 || turn(a, b, c) * turn(a, b, d) >= 0) continue;
			const isInner = j - i < ring.length / 2;
			return withoutLoops(
				isInner ? [...ring.slice(0, i + 1), ...ring.slice(j + 1)] : ring.slice(i + 1, j + 1)
			);
		}
	}
	return ring;
}
