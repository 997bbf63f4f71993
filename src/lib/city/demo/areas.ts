import { blocksBetween, ringsFrom, type Block } from './blocks.ts';
import { cutAtJunctions, type DrawnLine } from './network.ts';
import { isInside, ribbon, type Metres } from './plane.ts';

export interface DemoArea {
	key: string;
	kind: 'duty_grid' | 'key_place' | 'market' | 'permitted_line';
	name: string;
	nameEn: string;
	unit: string | null;
	unitEn: string | null;
	ring: Metres[];
}

/** A duty grid is all ground that can be reached from its starting points without crossing a dividing line. */
interface GridPlan {
	key: string;
	name: string;
	nameEn: string;
	unit: string;
	unitEn: string;
	from: readonly Metres[];
}

const dividing = new Set([
	'demo:taibei-road',
	'demo:jinqiao-road',
	'demo:baota-road',
	'demo:renmin-road',
	'demo:huancheng-east-road',
	'demo:huancheng-north-road',
	'demo:huancheng-west-road',
	'demo:huancheng-south-road',
	'canal',
	'outline-west',
	'outline-east'
]);

const units = {
	first: { unit: '城管一中队', unitEn: 'Squad 1' },
	second: { unit: '城管二中队', unitEn: 'Squad 2' },
	third: { unit: '城管三中队', unitEn: 'Squad 3' },
	fourth: { unit: '城管四中队', unitEn: 'Squad 4' },
	transport: { unit: '交通运输执法中队', unitEn: 'Transport Enforcement Squad' },
	none: { unit: null, unitEn: null }
};

const grid = (
	key: string,
	name: string,
	nameEn: string,
	answering: { unit: string; unitEn: string },
	...from: Metres[]
): GridPlan => ({ key: `demo:grid:${key}`, name, nameEn, ...answering, from });

const plans: readonly GridPlan[] = [
	grid('gucheng', '古城责任网格', 'Old Town Grid', units.first, [-450, 350], [-450, -50]),
	grid('taibei', '泰北责任网格', 'Taibei Grid', units.first, [-500, 940], [-900, 620]),
	grid('fengshou', '丰收责任网格', 'Fengshou Grid', units.second, [560, 920]),
	grid('jiachun', '佳醇责任网格', 'Jiachun Grid', units.second, [560, 560]),
	grid('shangmao', '商贸责任网格', 'Shangmao Grid', units.third, [560, -150]),
	grid('jinqiao', '金桥责任网格', 'Jinqiao Grid', units.third, [560, -700]),
	grid('chezhan', '车站责任网格', 'Station Grid', units.fourth, [-900, -300], [-500, -720]),
	grid(
		'hexi',
		'河西责任网格',
		'Canal West Grid',
		units.fourth,
		[-1400, 900],
		[-1400, 300],
		[-1400, -60],
		[-1400, -640]
	)
];

/** Grids follow the middle of streets and of the canal: together they cover the district and share their edges. */
export function dutyGrids(lines: readonly DrawnLine[]): { grids: DemoArea[]; blocks: Block[] } {
	const { blocks, sides } = blocksBetween(cutAtJunctions(lines));
	const reach = blocks.map((_, i) => i);
	const reached = (block: number): number =>
		reach[block] === block ? block : (reach[block] = reached(reach[block]!));
	for (const { piece, left, right } of sides) {
		if (left !== null && right !== null && !dividing.has(piece.line)) reach[reached(left)] = reached(right);
	}
	const planOf = new Map<number, GridPlan>();
	for (const plan of plans) {
		for (const start of plan.from) {
			const block = blocks.findIndex(({ ring }) => isInside(start, ring));
			if (block < 0) throw new Error(`${plan.name} starts at ${start}, outside every block.`);
			planOf.set(reached(block), plan);
		}
	}
	const planFor = (block: number | null) => (block === null ? null : (planOf.get(reached(block)) ?? null));
	const grids = plans.map((plan): DemoArea => {
		const edges = sides.flatMap(({ piece, left, right }) => {
			const [onLeft, onRight] = [planFor(left) === plan, planFor(right) === plan];
			if (onLeft === onRight) return [];
			const { from, to, points } = piece;
			return [onLeft ? { from, to, points } : { from: to, to: from, points: [...points].reverse() }];
		});
		const rings = ringsFrom(edges);
		if (rings.length !== 1) throw new Error(`${plan.name} falls into ${rings.length} parts.`);
		return { ...plan, kind: 'duty_grid', ring: rings[0]! };
	});
	return { grids, blocks };
}

const box = (west: number, south: number, east: number, north: number): Metres[] => [
	[west, south],
	[east, south],
	[east, north],
	[west, north]
];

/** Places with an answer of their own inside the grids, and ground where trading is allowed. */
export const placesOfDuty: readonly DemoArea[] = [
	{
		key: 'demo:place:bus-station',
		kind: 'key_place',
		name: '汽车客运站',
		nameEn: 'Bus Station',
		...units.transport,
		ring: box(-660, -985, -500, -830)
	},
	{
		key: 'demo:place:jinqiao-mall',
		kind: 'key_place',
		name: '金桥商场',
		nameEn: 'Jinqiao Mall',
		...units.third,
		ring: box(262, -405, 400, -285)
	},
	{
		key: 'demo:place:west-pagoda',
		kind: 'key_place',
		name: '西塔景区',
		nameEn: 'West Pagoda Scenic Area',
		...units.first,
		ring: box(-1118, 230, -1004, 450)
	},
	{
		key: 'demo:market:yanshi',
		kind: 'market',
		name: '盐市菜市场',
		nameEn: 'Yanshi Food Market',
		...units.first,
		ring: box(-505, -76, -385, 10)
	},
	{
		key: 'demo:market:taibei',
		kind: 'market',
		name: '泰北农贸市场',
		nameEn: "Taibei Farmers' Market",
		...units.second,
		ring: box(480, 835, 620, 935)
	},
	{
		key: 'demo:permitted:jiachun',
		kind: 'permitted_line',
		name: '佳醇路夜市划线区',
		nameEn: 'Jiachun Road Night Market Lines',
		...units.none,
		ring: ribbon(
			[
				[700, -75],
				[706, -220]
			],
			8
		)
	},
	{
		key: 'demo:permitted:yanshi',
		kind: 'permitted_line',
		name: '盐市巷疏导点划线区',
		nameEn: 'Yanshi Lane Stall Lines',
		...units.none,
		ring: ribbon(
			[
				[-521, 20],
				[-527, -80]
			],
			6
		)
	}
];
