import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptySpots, firstAt, inOrderOfTime, unpackSpots, type SpotsPage } from './spots.ts';

function packed(values: readonly number[], bytes: 2 | 4): string {
	const buffer = Buffer.alloc(values.length * bytes);
	values.forEach((value, i) =>
		bytes === 4 ? buffer.writeInt32BE(value, i * 4) : buffer.writeUInt16BE(value, i * 2)
	);
	return buffer.toString('base64');
}

function page(hours: readonly number[], first = 0): SpotsPage {
	const numbers = hours.map((_, i) => first + i);
	return {
		...{ taken_at: '', time_zone: 'Asia/Shanghai', seed: 1, false_rate: 0.05, least_count: 3 },
		...{ sources: [], categories: [], next: null, origin: [119.45, 32.78], n: hours.length },
		lng: packed(
			numbers.map((n) => -n),
			4
		),
		lat: packed(numbers, 4),
		hour: packed(hours, 4),
		segment: packed(numbers, 4),
		category: packed(numbers, 2),
		flags: packed(
			numbers.map((n) => 256 * n + 1),
			2
		)
	};
}

describe('packed spots', () => {
	test('are whole numbers again, negative ones too, in the order of time', () => {
		const spots = unpackSpots([page([9, 7]), page([8, 7], 2)]);
		expect([...spots.hour]).toEqual([7, 7, 8, 9]);
		expect([...spots.lng]).toEqual([-1, -3, -2, 0]);
		expect([...spots.category]).toEqual([1, 3, 2, 0]);
		expect([...spots.flags]).toEqual([257, 769, 513, 1]);
		expect(spots.origin).toEqual([119.45, 32.78]);
	});

	test('with a column cut short are refused', () => {
		expect(() => unpackSpots([{ ...page([1, 2]), lat: packed([1], 4) }])).toThrow(
			'lat has 1 values when expected 2'
		);
	});

	test('of a city without reports are none', () => {
		expect(unpackSpots([{ ...page([]), origin: [null, null] }]).hour).toHaveLength(0);
	});
});

test('the order of time keeps every report and the order within an hour', () => {
	fc.assert(
		fc.property(fc.array(fc.integer({ min: -50, max: 50 })), (hours) => {
			const spots = emptySpots(hours.length);
			spots.hour.set(hours);
			spots.segment.set(hours.map((_, i) => i));
			const sorted = inOrderOfTime(spots);
			const expected = hours.map((hour, i) => [hour, i]).sort(([a, i], [b, j]) => a! - b! || i! - j!);
			expect(Array.from(sorted.hour, (hour, i) => [hour, sorted.segment[i]])).toEqual(expected);
		})
	);
});

test('the first report at an hour is found by bisection', () => {
	const hours = Int32Array.of(3, 3, 5, 9);
	expect([0, 3, 4, 5, 9, 10].map((hour) => firstAt(hours, hour))).toEqual([0, 0, 2, 2, 3, 4]);
});
