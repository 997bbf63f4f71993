import { describe, expect, test } from 'vitest';
import { compassPoint, measureShift } from './datum-fit.ts';
import { fromWgs84, toWgs84, type Position } from './datum.ts';
import { packStreets } from './import/known.ts';

// A town of streets that bend and stand unevenly apart, as streets do: only then does a shift not fit as well.
let seed = 7;
const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
const uneven = Array.from({ length: 24 }, (_, i) => i * 0.0021 + random() * 0.0016);
const lines: Position[][] = uneven.flatMap((offset, i) => {
	const wave = (t: number) => 0.0008 * Math.sin(t * 9 + i);
	const steps = Array.from({ length: 26 }, (_, k) => k / 25);
	return [
		steps.map((t): Position => [119.44 + t * 0.05, 32.77 + offset + wave(t)]),
		steps.map((t): Position => [119.44 + offset + wave(t), 32.77 + t * 0.05])
	];
});
const streets = packStreets(
	lines.map((line, id) => ({ id, street_id: null, name: null, class: 'residential', line }))
);

/** Reports some metres beside streets. */
const reports = Array.from({ length: 400 }, (): Position => {
	const line = lines[Math.floor(random() * lines.length)]!;
	const [lng, lat] = line[Math.floor(random() * line.length)]!;
	return [lng + (random() - 0.5) * 0.0003, lat + (random() - 0.5) * 0.0003];
});
const measure = (points: readonly Position[]) => measureShift(Float64Array.from(points.flat()), streets);

describe('points beside their streets', () => {
	test('fit as they stand', () => {
		expect(measure(reports)).toMatchObject({ metres: 0, suggestion: null, isPlain: true });
		expect(measure(reports)!.fitBefore).toBeGreaterThan(0.9);
	});

	test.each(['gcj02', 'bd09'] as const)(
		'in %s are recognised, with their distance and direction',
		(datum) => {
			const shifted = reports.map((at) => fromWgs84(at, datum));
			const [dx, dy] = [0, 1].map((axis) => shifted[0]![axis]! - reports[0]![axis]!) as [number, number];
			const truth = Math.hypot(dx * 111_320 * Math.cos((32.79 * Math.PI) / 180), dy * 111_320);
			const shift = measure(shifted)!;
			expect(shift).toMatchObject({ suggestion: datum, isPlain: false });
			expect(Math.abs(shift.metres - truth)).toBeLessThan(30);
			expect(compassPoint(shift.bearing)).toBe(compassPoint((Math.atan2(dx * 0.84, dy) * 180) / Math.PI));
			expect(shift.fitAfter).toBeGreaterThan(shift.fitBefore + 0.2);
		}
	);

	test('moved by something nobody knows are measured without a name for it', () => {
		const shift = measure(reports.map(([lng, lat]) => [lng, lat + 0.004]))!;
		expect(shift.suggestion).toBeNull();
		expect(Math.abs(shift.metres - 445)).toBeLessThan(30);
		expect(compassPoint(shift.bearing)).toBe('n');
	});

	test('with latitude first are recognised', () => {
		expect(measure(reports.map(([lng, lat]) => [lat, lng]))!.suggestion).toBe('swapped');
	});

	test('of which thousands lie on one default place are judged by the others', () => {
		const heap = Array.from({ length: 5000 }, (): Position => [119.46551, 32.79321]);
		expect(measure([...heap, ...reports])).toMatchObject({ metres: 0, isPlain: true });
	});
});

test('points anywhere at all are not said to be shifted', () => {
	const anywhere = Array.from({ length: 600 }, (): Position => [
		119.44 + random() * 0.05,
		32.77 + random() * 0.05
	]);
	expect(measure(anywhere)).toMatchObject({ metres: 0, suggestion: null });
});

test('points of another city are told by their distance', () => {
	const shift = measure(reports.map(([lng, lat]) => [lng - 5, lat]))!;
	expect(shift).toMatchObject({ suggestion: null, fitBefore: 0, fitAfter: 0 });
	expect(shift.metres).toBeGreaterThan(400_000);
	expect(compassPoint(shift.bearing)).toBe('w');
});

test('a handful of points, or no streets, say nothing', () => {
	expect(measure(reports.slice(0, 20))).toBeNull();
	expect(measureShift(Float64Array.from(reports.flat()), packStreets([]))).toBeNull();
});

test('a position moved to another datum and back is the same to a decimetre', () => {
	for (const datum of ['gcj02', 'bd09', 'cgcs2000'] as const) {
		const [lng, lat] = toWgs84(fromWgs84([119.46, 32.79], datum), datum);
		expect(Math.abs(lng - 119.46) * 93_600).toBeLessThan(0.5);
		expect(Math.abs(lat - 32.79) * 111_320).toBeLessThan(0.5);
	}
});
