import { describe, expect, test } from 'vitest';
import type { WallEvent, WallFrame } from '#lib/live/frame.ts';
import { applyFrame, streetRate, streetsWorthReading, type WallSnapshot, type WallStreet } from './wall.ts';
import { wallSnapshot } from './wall.fixture.ts';

const before: WallSnapshot = wallSnapshot();

function received(position: number, category = before.categories[1]!): WallEvent {
	return {
		...before.recent[0]!,
		position,
		kind: 'report.received',
		category: category.code,
		category_name: category.name,
		category_name_en: category.name_en
	};
}

function frame(change: Partial<WallFrame> = {}): WallFrame {
	const { epoch, position, totals, flow, overdue, next_due } = before;
	return {
		epoch,
		from: position,
		position: position + 1,
		at: '2026-06-30T12:00:01.000Z',
		events: [],
		totals,
		streets: [],
		areas: [],
		flow_today: flow.at(-1)!,
		overdue,
		next_due,
		...change
	};
}

describe('a frame', () => {
	test('adds its reports to the top of the newest and keeps twelve', () => {
		const after = applyFrame(before, frame({ events: [received(9001), received(9002)] }));
		expect(after.recent.slice(0, 2).map(({ position }) => position)).toEqual([9002, 9001]);
		expect(after.recent).toHaveLength(12);
	});

	test('counts its reports in their category', () => {
		const second = before.categories[1]!;
		const after = applyFrame(before, frame({ events: [received(9001)] }));
		expect(after.categories.find(({ code }) => code === second.code)!.received).toBe(second.received + 1);
	});

	test('brings in a category nobody has used before', () => {
		const fresh = { code: 'L0299', name: '其他', name_en: 'Other', received: 0 };
		const after = applyFrame(before, frame({ events: [received(9001, fresh)] }));
		expect(after.categories.at(-1)).toEqual({ ...fresh, received: 1 });
	});

	test('changes a street’s numbers and keeps its name', () => {
		const street = before.streets[0]!;
		const { name: _, name_en: __, ...figures } = street;
		const after = applyFrame(
			before,
			frame({ streets: [{ ...figures, closed: figures.closed + 1, due: figures.due + 1 }] })
		);
		expect(after.streets[0]).toEqual({ ...street, closed: street.closed + 1, due: street.due + 1 });
	});

	test('leaves what it was applied to as it was', () => {
		const kept = structuredClone(before);
		applyFrame(before, frame({ events: [received(9001)], totals: { ...before.totals, open: 0 } }));
		expect(before).toEqual(kept);
	});
});

describe('the list of streets', () => {
	const street = (id: number, closed: number, due: number): WallStreet => ({
		...before.streets[0]!,
		street_id: id,
		closed,
		due
	});

	test('holds only streets with enough cases, most due first and never by rate', () => {
		const rates = [
			street(1, 2, 2),
			street(2, 10, 20),
			street(3, 190, 200),
			street(4, 0, 0),
			street(5, 20, 20)
		].map((row) => streetRate(row, 10));
		expect(streetsWorthReading(rates).map(({ id }) => id)).toEqual([3, 2, 5]);
	});

	test('knows 2 of 2 for too few to read and nothing due for no rate at all', () => {
		expect(streetRate(street(1, 2, 2), 10).standing).toBe('small');
		expect(streetRate(street(1, 0, 0), 10).share).toBeNull();
	});
});
