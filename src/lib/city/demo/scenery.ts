import type { Block } from './blocks.ts';
import {
	curveThrough,
	distance,
	distanceToRing,
	isInside,
	nearestOnEdge,
	ribbon,
	seeded,
	type Metres
} from './plane.ts';
import { aroundOldTown, canalLine, oldTown } from './streets.ts';

export interface DemoFeature {
	key: string;
	kind: 'water' | 'green' | 'building' | 'place';
	name: string | null;
	nameEn: string | null;
	/** Outer ring first, then holes; a place is a single point in a single ring. */
	rings: Metres[][];
}

const moat: Metres[][] = [
	aroundOldTown(oldTown.moat.map((radius) => radius + 13) as [number, number], 0, 354, 6),
	aroundOldTown(oldTown.moat.map((radius) => radius - 13) as [number, number], 0, 354, 6)
];

const river = (through: Metres[], width: number) => ribbon(curveThrough(through), width);

const water: readonly DemoFeature[] = [
	{ key: 'canal', name: '泰运河', nameEn: 'Taiyun Canal', rings: [ribbon(curveThrough(canalLine), 84)] },
	{ key: 'moat', name: '护城河', nameEn: 'Town Moat', rings: moat },
	{
		key: 'lake',
		name: '珠湖',
		nameEn: 'Pearl Lake',
		rings: [
			curveThrough([
				[-3300, 1750],
				[-2350, 1620],
				[-2010, 1120],
				[-1985, 640],
				[-2080, 260],
				[-2010, -140],
				[-2060, -520],
				[-1990, -880],
				[-2120, -1320],
				[-2500, -1750],
				[-3300, -1850]
			])
		]
	},
	{
		key: 'shihe',
		name: '市河',
		nameEn: 'Shi River',
		rings: [
			river(
				[
					[-768, 60],
					[-900, 52],
					[-1060, 74],
					[-1210, 66]
				],
				16
			)
		]
	},
	{
		key: 'yudai',
		name: '玉带河',
		nameEn: 'Yudai River',
		rings: [
			river(
				[
					[66, 40],
					[170, -60],
					[300, -172],
					[700, -146],
					[1120, -140],
					[1600, -160],
					[2300, -120],
					[3000, -160]
				],
				20
			)
		]
	},
	{
		key: 'nanhe',
		name: '南澄河',
		nameEn: 'Nancheng River',
		rings: [
			river(
				[
					[-1110, -1090],
					[-700, -1112],
					[-100, -1104],
					[420, -1088],
					[1000, -1076],
					[1560, -1300],
					[2100, -1380]
				],
				22
			)
		]
	},
	{
		key: 'pond',
		name: '文游湖',
		nameEn: 'Wenyou Pond',
		rings: [
			curveThrough([
				[800, 590],
				[850, 608],
				[880, 580],
				[868, 540],
				[820, 520],
				[780, 548],
				[800, 590]
			]).slice(0, -1)
		]
	}
].map((body) => ({ ...body, key: `demo:water:${body.key}`, kind: 'water' }));

/** Parks fill the block they are planned in, a verge's width away from its kerbs. */
const parks: readonly { key: string; name: string; nameEn: string; at: Metres; verge: number }[] = [
	{ key: 'wenyou', name: '文游公园', nameEn: 'Wenyou Park', at: [800, 560], verge: 12 },
	{ key: 'civic', name: '人民公园', nameEn: "People's Park", at: [1010, 230], verge: 12 },
	{ key: 'pagoda', name: '西塔公园', nameEn: 'West Pagoda Park', at: [-1060, 300], verge: 14 },
	{ key: 'canalside', name: '运河公园', nameEn: 'Canal Park', at: [-1440, 300], verge: 14 },
	{ key: 'sports', name: '体育公园', nameEn: 'Sports Park', at: [1470, -480], verge: 14 },
	{ key: 'wetland', name: '渔港湿地', nameEn: 'Yugang Wetland', at: [-1700, 900], verge: 18 },
	{ key: 'south', name: '南澄公园', nameEn: 'Nancheng Park', at: [770, -1090], verge: 14 },
	{ key: 'garden', name: '蝶园', nameEn: 'Butterfly Garden', at: [-540, 940], verge: 14 }
];

const place = (key: string, name: string, nameEn: string, at: Metres): DemoFeature => ({
	key: `demo:spot:${key}`,
	kind: 'place',
	name,
	nameEn,
	rings: [[at]]
});

const places: readonly DemoFeature[] = [
	place('bus-station', '汽车客运站', 'Bus Station', [-580, -905]),
	place('mall', '金桥商场', 'Jinqiao Mall', [330, -345]),
	place('jiachun-mall', '佳醇购物中心', 'Jiachun Shopping Centre', [760, 250]),
	place('yanshi-market', '盐市菜市场', 'Yanshi Food Market', [-445, -33]),
	place('taibei-market', '泰北农贸市场', "Taibei Farmers' Market", [550, 885]),
	place('primary-school', '实验小学', 'Experimental Primary School', [-250, 220]),
	place('middle-school', '第一中学', 'No. 1 Middle School', [560, -690]),
	place('hospital', '人民医院', "People's Hospital", [1240, 330]),
	place('clinic', '中医院', 'Hospital of Chinese Medicine', [-180, -560]),
	place('pagoda', '西塔景区', 'West Pagoda Scenic Area', [-1060, 350]),
	place('post-house', '古驿站景区', 'Old Post House', [-250, 470]),
	place('hall', '政务服务中心', 'Government Service Centre', [1240, 570]),
	place('stadium', '体育馆', 'Stadium', [1470, -420]),
	place('family-planning', '计生站', 'Family Planning Station', [1255, 900]),
	place('baota-parking', '宝塔社区停车场', 'Baota Community Car Park', [350, 560]),
	place('hub', '公交枢纽', 'Bus Interchange', [1290, -300]),
	place('supermarket', '惠民超市', 'Huimin Supermarket', [-820, 700]),
	place('ferry', '渔港码头', 'Yugang Landing', [-1690, 420])
];

/** Water, parks, buildings and places of the district whose blocks are given. Always the same for the same blocks. */
export function scenery(blocks: readonly Block[]): DemoFeature[] {
	const greens = parks.map((park): DemoFeature => {
		const block = blocks.find(({ ring }) => isInside(park.at, ring));
		if (!block) throw new Error(`${park.name} lies at ${park.at}, outside every block.`);
		return {
			key: `demo:green:${park.key}`,
			kind: 'green',
			name: park.name,
			nameEn: park.nameEn,
			rings: [inset(block.ring, park.verge)]
		};
	});
	const open = [...water, ...greens];
	return [...water, ...greens, ...buildings(blocks, open), ...places];
}

/** The ring moved inwards by about `by` metres. Corners that would fold over are left out. */
function inset(ring: readonly Metres[], by: number): Metres[] {
	return ring
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
		.filter((point) => isInside(point, ring) && distanceToRing(point, ring) > by * 0.85);
}

interface Pattern {
	length: [number, number];
	depth: [number, number];
	rowGap: number;
	gap: number;
	kerb: number;
	/** Share of plots left open. */
	open: number;
}

const patterns: Record<'old' | 'slabs' | 'halls', Pattern> = {
	old: { length: [14, 26], depth: [10, 14], rowGap: 11, gap: 7, kerb: 9, open: 0.16 },
	slabs: { length: [44, 66], depth: [13, 15], rowGap: 34, gap: 20, kerb: 20, open: 0.15 },
	halls: { length: [60, 105], depth: [30, 46], rowGap: 30, gap: 28, kerb: 22, open: 0.2 }
};

function buildings(blocks: readonly Block[], open: readonly DemoFeature[]): DemoFeature[] {
	const random = seeded(20_260_315);
	const between = ([low, high]: [number, number]) => low + (high - low) * random();
	const made: DemoFeature[] = [];
	for (const { ring } of blocks) {
		const xs = ring.map(([x]) => x);
		const ys = ring.map(([, y]) => y);
		const [west, east] = [Math.min(...xs), Math.max(...xs)];
		const [south, north] = [Math.min(...ys), Math.max(...ys)];
		const middle: Metres = [(west + east) / 2, (south + north) / 2];
		const pattern = patternAt(middle, random());
		const [along, across] = axes(ring);
		const reach = Math.hypot(east - west, north - south) / 2;
		for (let v = -reach; v < reach;) {
			const depth = between(pattern.depth);
			for (let u = -reach; u < reach;) {
				const length = between(pattern.length);
				const isOpen = random() < pattern.open;
				const at = (du: number, dv: number): Metres => [
					middle[0] + along[0] * (u + du) + across[0] * (v + dv),
					middle[1] + along[1] * (u + du) + across[1] * (v + dv)
				];
				const plan = [at(0, 0), at(length, 0), at(length, depth), at(0, depth)];
				u += length + pattern.gap;
				if (isOpen || !fits(plan, ring, pattern.kerb, open)) continue;
				made.push({
					key: `demo:building:${made.length + 1}`,
					kind: 'building',
					name: null,
					nameEn: null,
					rings: [plan]
				});
			}
			v += depth + pattern.rowGap;
		}
	}
	return made;
}

// Courtyards inside the walls, halls at the edge of the new town and by the station, slabs elsewhere.
function patternAt([x, y]: Metres, draw: number): Pattern {
	const isOld =
		Math.abs(x - oldTown.middle[0]) < oldTown.ringRoad[0] && Math.abs(y - oldTown.middle[1]) < 440;
	if (isOld) return patterns.old;
	const isEdge = x > 1130 || y < -780 || x < -1300;
	return draw < (isEdge ? 0.55 : 0.18) ? patterns.halls : patterns.slabs;
}

/** Rows run with the block's longest edge that looks east, so that homes face south as they do in Jiangsu. */
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

function fits(
	plan: readonly Metres[],
	block: readonly Metres[],
	kerb: number,
	open: readonly DemoFeature[]
): boolean {
	const clear = (ring: readonly Metres[], margin: number) =>
		plan.every((corner, i) => {
			const next = plan[(i + 1) % plan.length]!;
			return (
				distanceToRing(corner, ring) >= margin &&
				ring.every((point) => nearestOnEdge(point, corner, next).away >= margin)
			);
		});
	if (!plan.every((corner) => isInside(corner, block)) || !clear(block, kerb)) return false;
	return open.every(({ rings }) => {
		const [outer, hole] = [rings[0]!, rings[1]];
		const within = (ring: readonly Metres[]) => isInside(plan[0]!, ring);
		const isOnGround = !within(outer) || (hole !== undefined && within(hole));
		return isOnGround && clear(outer, 8) && (hole === undefined || clear(hole, 8));
	});
}
