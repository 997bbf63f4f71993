import { describe, expect, test } from 'vitest';
import { checkableStreets, checkCount, drawStreets, isWithin } from './checks.ts';
import { gridTown, townCases, townOrigin, townRoads } from './grid.fixture.ts';
import { SegmentIndex } from './nearest-segment.ts';
import { legLines, legsOf, planPatrol, type PlanRequest } from './plan.ts';
import { buildRoadGraph, fromPlane, straightMetres } from './road-graph.ts';
import { lengthOf, reorder, scheduleOf, serviceSeconds } from './route.ts';

const roads = townRoads();
const startsAt = '2026-11-23T01:00:00.000Z';
const cases = (count: number, seed?: string) => townCases(count, startsAt, seed);

function request(more: Partial<PlanRequest> = {}): PlanRequest {
	return {
		cases: cases(20),
		streets: checkableStreets(roads.graph, () => true),
		roads,
		start: null,
		isClosed: false,
		shift: { startsAt, hours: 12, serviceMinutes: 10 },
		checkShare: 0.1,
		seed: '2026-11-23 1',
		...more
	};
}
const at = (x: number, y: number) => {
	const [lng, lat] = fromPlane(townOrigin, x, y);
	return { lng, lat };
};
const office = { kind: 'facility' as const, name: '中队', name_en: null, ...at(1000, 1000) };
const tally = (plan: Awaited<ReturnType<typeof planPatrol>>) =>
	plan.stops.reduce<Record<string, number>>((sum, { why }) => ({ ...sum, [why]: (sum[why] ?? 0) + 1 }), {});

describe('twenty cases', () => {
	test.each([
		['open, from anywhere', {}],
		['open, from an office', { start: office }],
		['a round trip from an office', { start: office, isClosed: true }],
		['a round trip from the most urgent stop', { isClosed: true }],
		['straight lines', { roads: null }]
	])('take no longer than in the order of their limits: %s', async (_, more) => {
		for (const seed of ['a', 'b', 'c', 'd']) {
			const { stops, order, lengths } = await planPatrol(request({ cases: cases(20, seed), seed, ...more }));
			expect(stops.filter((stop) => stop.case).length).toBe(20);
			expect([...order].sort((a, b) => a - b)).toEqual(stops.map((_, i) => i));
			expect(lengths.route.seconds).toBeLessThanOrEqual(lengths.due.seconds);
			expect(lengths.route.metres).toBeLessThanOrEqual(lengths.due.metres);
			expect(lengths.route.metres).toBeLessThan(lengths.due.metres * 0.6);
		}
	});

	test('give the same route again for the same seed', async () => {
		expect(await planPatrol(request())).toEqual(await planPatrol(request()));
	});

	test('say why each stop is there', async () => {
		const { stops, shift } = await planPatrol(request());
		const end = Date.parse(shift.startsAt) + 12 * 3_600_000;
		for (const { why, due_at } of stops) {
			const due = due_at === null ? null : Date.parse(due_at);
			expect(why).toBe(
				due === null
					? 'check'
					: due < Date.parse(startsAt)
						? 'overdue'
						: due <= end
							? 'due_in_shift'
							: 'due_later'
			);
		}
	});

	test('are joined by a line as long as the route says', async () => {
		const plan = await planPatrol(request({ start: office, isClosed: true }));
		const lines = legLines(roads, legsOf(plan));
		expect(lines.length).toBe(plan.stops.length + 1);
		let sum = 0;
		for (const line of lines)
			for (let i = 1; i < line.length; i += 1)
				sum += straightMetres(
					{ lng: line[i - 1]![0], lat: line[i - 1]![1] },
					{ lng: line[i]![0], lat: line[i]![1] }
				);
		expect(sum / plan.lengths.route.metres).toBeCloseTo(1, 1);
	});
});

describe('a shift too short for all', () => {
	const short = { startsAt, hours: 3, serviceMinutes: 15 };

	test('keeps within its hours, driving and stops together', async () => {
		for (const isClosed of [false, true]) {
			const plan = await planPatrol(request({ cases: cases(60), shift: short, start: office, isClosed }));
			const service = (i: number) => serviceSeconds(plan.stops[i]!, 15);
			expect(scheduleOf(plan.matrix, plan.order, service).total).toBeLessThanOrEqual(3 * 3600 + 1);
			expect(plan.stops.length).toBeGreaterThan(6);
		}
	});

	test('takes the urgent ones before any other and lists the rest with the reason', async () => {
		const plan = await planPatrol(request({ cases: cases(60), shift: short }));
		expect(plan.leftOut.map(({ reason }) => reason)).toContain('shift_full');
		const leftUrgent = plan.leftOut.filter(({ stop }) => stop.why === 'overdue').length;
		expect(leftUrgent).toBeGreaterThan(0);
		expect(tally(plan)).toEqual({ overdue: plan.stops.length });
		expect(plan.stops.length + plan.leftOut.length).toBe(
			60 + plan.leftOut.filter(({ stop }) => !stop.case).length
		);
	});

	test('leaves out an urgent one only when there is no room for it anywhere', async () => {
		const plan = await planPatrol(request({ cases: cases(60), shift: short }));
		const service = (i: number) => serviceSeconds(plan.stops[i]!, 15);
		expect(3 * 3600 - scheduleOf(plan.matrix, plan.order, service).total).toBeLessThan(15 * 60 + 600);
	});
});

describe('streets drawn by lot', () => {
	test('are a tenth of the stops, and at least one', async () => {
		const { stops } = await planPatrol(request({ cases: cases(36) }));
		expect(stops.filter(({ why }) => why === 'check').length).toBe(4);
		expect(checkCount(3)).toBe(1);
		expect(checkCount(20, 0)).toBe(0);
	});

	test('come instead of cases that can wait, never instead of urgent ones', async () => {
		const plan = await planPatrol(
			request({ cases: cases(60), shift: { startsAt, hours: 9, serviceMinutes: 12 } })
		);
		expect(plan.leftOut.some(({ stop }) => stop.why === 'due_later')).toBe(true);
		expect(plan.leftOut.some(({ stop }) => stop.why === 'overdue')).toBe(false);
		expect(tally(plan).check).toBe(checkCount(plan.stops.length - tally(plan).check!));
	});

	test('are others with another seed', () => {
		const streets = checkableStreets(roads.graph, () => true);
		const draw = (seed: string) => drawStreets(streets, 5, seed).map(({ street_id }) => street_id);
		expect(draw('one')).toEqual(draw('one'));
		expect(draw('one')).not.toEqual(draw('two'));
		expect(new Set(draw('one')).size).toBe(5);
	});

	test('are each as likely as any other', () => {
		const streets = checkableStreets(roads.graph, () => true);
		const times = new Map<number, number>();
		for (let i = 0; i < 2400; i += 1)
			for (const { street_id } of drawStreets(streets, 3, `seed ${i}`))
				times.set(street_id, (times.get(street_id) ?? 0) + 1);
		expect(times.size).toBe(24);
		// 300 expected of each, standard deviation 16: five of them either way.
		for (const count of times.values()) expect(Math.abs(count - 300)).toBeLessThan(80);
	});

	test('lie on the ground they were asked for', () => {
		const [west, south] = fromPlane(townOrigin, -50, -50);
		const [east, north] = fromPlane(townOrigin, 900, 900);
		const box = [
			[
				[west, south],
				[east, south],
				[east, north],
				[west, north],
				[west, south]
			]
		] as const;
		const found = checkableStreets(roads.graph, (lng, lat) => isWithin([box], lng, lat));
		expect(found.length).toBeGreaterThan(5);
		for (const { lng, lat } of found) expect(lng < east && lat < north).toBe(true);
	});
});

describe('a stop that cannot be driven to', () => {
	const [first] = cases(1);

	test('far from any street is left out, and says so', async () => {
		const plan = await planPatrol(request({ cases: [{ ...first!, ...at(-900, -900) }] }));
		expect(plan.leftOut).toMatchObject([{ reason: 'off_network' }]);
	});

	test('on a street cut off from all others is left out as that', async () => {
		const plan = await planPatrol(request({ cases: [{ ...first!, ...at(4600, 5) }] }));
		expect(plan.leftOut).toMatchObject([{ reason: 'apart' }]);
		expect(plan.parts).toBe(2);
	});

	test('near enough to another street is reached on foot from there', async () => {
		const island = buildIsland();
		const plan = await planPatrol(
			request({ roads: island, cases: [{ ...first!, ...at(2290, 5) }], streets: [] })
		);
		expect(plan.stops[0]).toMatchObject({ walk: 90, via: { name: '111号路' } });
		expect(serviceSeconds(plan.stops[0]!, 10)).toBeCloseTo(600 + 180 / 1.2, 0);
	});

	test('a start out of reach is given up, and said', async () => {
		const plan = await planPatrol(request({ start: { ...office, ...at(-9000, 0) } }));
		expect(plan).toMatchObject({ isStartLost: true, start: null });
		expect(plan.order.length).toBe(plan.stops.length);
	});
});

/** The grid with a street 80 m east of it that nothing joins. */
function buildIsland() {
	const segments = gridTown();
	const [a, b] = [fromPlane(townOrigin, 2280, 0), fromPlane(townOrigin, 2300, 0)];
	segments.push({ ...segments.at(-1)!, id: 9000, street_id: 901, name: '孤路', line: [a, b] });
	const graph = buildRoadGraph(segments)!;
	return { graph, index: new SegmentIndex(graph) };
}

describe('an order changed by hand', () => {
	test('has its own length, and locked stops stay when the rest is put in order again', async () => {
		const { matrix, order } = await planPatrol(request({ start: office, isClosed: true }));
		const turned = [...order].reverse();
		expect(lengthOf(matrix, turned).metres).not.toBe(lengthOf(matrix, order).metres);
		const again = reorder(matrix, turned, { locked: [turned[0]!, turned[3]!] });
		expect([again[0], again[3]]).toEqual([turned[0], turned[3]]);
		expect(lengthOf(matrix, again).seconds).toBeLessThanOrEqual(lengthOf(matrix, turned).seconds);
	});
});

describe('no work', () => {
	test('leaves streets drawn by lot', async () => {
		const plan = await planPatrol(request({ cases: [] }));
		expect(tally(plan)).toEqual({ check: 6 });
	});

	test('and no streets leave an empty route of no length', async () => {
		const plan = await planPatrol(request({ cases: [], streets: [], roads: null }));
		expect(plan).toMatchObject({ stops: [], order: [], isStraight: true });
		expect(plan.lengths.route).toEqual({ metres: 0, seconds: 0 });
	});
});
