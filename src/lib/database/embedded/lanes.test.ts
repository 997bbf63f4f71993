import { expect, test } from 'vitest';
import { Lanes } from './lanes.ts';

test('intake comes before normal before bulk, each in order', () => {
	const lanes = new Lanes<string>();
	for (const lane of ['bulk', 'normal', 'intake'] as const) {
		lanes.add(`${lane} 1`, lane);
		lanes.add(`${lane} 2`, lane);
	}
	const order = Array.from({ length: 7 }, () => lanes.next());
	expect(order).toEqual(['intake 1', 'intake 2', 'normal 1', 'normal 2', 'bulk 1', 'bulk 2', undefined]);
});

test('a full lane takes no more, while another still does', () => {
	const lanes = new Lanes<number>({ normal: 2 });
	expect([lanes.add(1, 'normal'), lanes.add(2, 'normal'), lanes.add(3, 'normal')]).toEqual([
		true,
		true,
		false
	]);
	expect(lanes.add(4, 'intake')).toBe(true);
	expect(lanes.sizes()).toEqual({ intake: 1, normal: 2, bulk: 0 });
});

test('a flood of reports does not hold the desk forever', () => {
	const lanes = new Lanes<string>({ intake: 500 });
	lanes.add('desk', 'normal');
	for (let report = 0; report < 400; report += 1) lanes.add('report', 'intake');
	const turn = Array.from({ length: 401 }, () => lanes.next()).indexOf('desk');
	expect(turn).toBe(64);
});

test('what nobody waits for any more is taken out, and the order of the rest stays', () => {
	const lanes = new Lanes<number>();
	for (const job of [1, 2, 3, 4]) lanes.add(job, 'normal');
	expect(lanes.remove((job) => job % 2 === 0)).toEqual([2, 4]);
	expect([lanes.next(), lanes.next(), lanes.next()]).toEqual([1, 3, undefined]);
});
