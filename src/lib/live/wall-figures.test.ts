import { describe, expect, it } from 'vitest';
import type { StreetFigures, Totals, WallEvent, WallFrame } from './frame.ts';
import { applyWallFrame, type LiveWall } from './wall-figures.ts';

const street = (street_id: number, open: number) => ({ street_id, open }) as StreetFigures;
const wall = (more: Partial<LiveWall> = {}): LiveWall => ({
	epoch: 'a',
	position: 4,
	taken_at: 't4',
	totals: { open: 3 } as Totals,
	streets: [{ ...street(1, 3), name: '金桥路' } as StreetFigures, street(2, 0)],
	areas: [],
	recent: [],
	flow: [{ day: '2026-03-15', received: 2, filed: 1, closed: 0 }],
	overdue: [{ band: '<1d', cases: 0 }],
	next_due: null,
	...more
});
const frame = (more: Partial<WallFrame> = {}): WallFrame => ({
	epoch: 'a',
	from: 4,
	position: 5,
	at: 't5',
	events: [],
	totals: { open: 4 } as Totals,
	streets: [],
	areas: [],
	flow_today: { day: '2026-03-15', received: 3, filed: 1, closed: 0 },
	overdue: [{ band: '<1d', cases: 2 }],
	next_due: null,
	...more
});

describe("a frame's news on the wall", () => {
	it('replaces the numbers of the changed street, keeps its name, and leaves the others as they are', () => {
		const before = wall();
		const after = applyWallFrame(before, frame({ streets: [street(1, 4)] }));
		expect(after.streets[0]).toEqual({ street_id: 1, open: 4, name: '金桥路' });
		expect(after.streets[1]).toBe(before.streets[1]);
		expect(after.totals.open).toBe(4);
		expect(after.overdue).toEqual([{ band: '<1d', cases: 2 }]);
	});

	it('adds a street that had no numbers before', () => {
		expect(applyWallFrame(wall(), frame({ streets: [street(7, 1)] })).streets).toContainEqual(street(7, 1));
	});

	it('shows the newest reports first, twelve at most, and no other events among them', () => {
		const events = Array.from(
			{ length: 40 },
			(_, n) => ({ position: n / 2 + 5, kind: n % 2 ? 'case.filed' : 'report.received' }) as WallEvent
		);
		const { recent } = applyWallFrame(wall(), frame({ events, position: 24 }));
		expect(recent.map((event) => event.position)).toEqual([24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13]);
	});

	it("updates today's flow and appends a new day, fourteen at most", () => {
		expect(applyWallFrame(wall(), frame()).flow).toEqual([
			{ day: '2026-03-15', received: 3, filed: 1, closed: 0 }
		]);
		const flow = Array.from({ length: 14 }, (_, n) => ({
			day: `2026-03-${String(n + 1).padStart(2, '0')}`,
			received: 0,
			filed: 0,
			closed: 0
		}));
		const after = applyWallFrame(wall({ flow }), frame());
		expect(after.flow).toHaveLength(14);
		expect(after.flow.at(-1)?.day).toBe('2026-03-15');
	});
});
