import { describe, expect, test } from 'vitest';
import { Brush, type Asked, type Places } from './brush.ts';
import type { Ground } from './ground.ts';
import { everything } from './session.ts';
import { emptySpots, spotFlags } from './spots.ts';

/*
 * A ladder of streets, 5 × 4 junctions about 250 m apart; the first segment is patrolled eight hours a week.
 */
function town(): Ground {
	const segments: Ground['segments'] = [];
	const at = (c: number, r: number): [number, number] => [119.4 + c * 0.00267, 32.7 + r * 0.00225];
	for (let r = 0; r < 4; r++)
		for (let c = 0; c < 5; c++)
			for (const [dc, dr] of [
				[1, 0],
				[0, 1]
			] as const)
				if (c + dc < 5 && r + dr < 4)
					segments.push({
						id: 100 + segments.length,
						...{ street_id: r + 1, name: `路${r}`, name_en: null, length_m: 250 },
						line: [at(c, r), at(c + dc, r + dr)],
						from_junction: r * 5 + c,
						to_junction: (r + dr) * 5 + c + dc
					});
	return { version: 'town', segments, patrol: { segments: [100], hours: [8] } };
}

const ground = town();
const n = 600;
const spots = emptySpots(n);
spots.origin = [119.4, 32.7];
for (let i = 0; i < n; i++) {
	const segment = ground.segments[(i * 7) % ground.segments.length]!;
	const [[ax, ay], [bx, by]] = segment.line as [[number, number], [number, number]];
	const part = ((i * 13) % 97) / 97;
	spots.lng[i] = Math.round((ax + (bx - ax) * part - 119.4) * 1e6);
	spots.lat[i] = Math.round((ay + (by - ay) * part - 32.7) * 1e6);
	spots.hour[i] = 200_000 + 3 * i;
	spots.segment[i] = segment.id;
	spots.category[i] = i % 4;
	const source = i % 3;
	spots.flags[i] = (source << 8) | (source === 2 ? spotFlags.patrolFound : 0) | (i % 5 ? 0 : spotFlags.open);
}
const brush = new Brush(ground, spots, 4, 3);
const asked: Asked = {
	from: 200_100,
	to: 201_300,
	sieve: { categories: [1, 2], hours: [6, 20], hasPatrolFound: true, hasRepeats: true }
};
const isIn = (i: number, { from, to }: Asked = asked) =>
	spots.hour[i]! >= from &&
	spots.hour[i]! < to &&
	[1, 2].includes(spots.category[i]!) &&
	spots.hour[i]! % 24 >= 6 &&
	spots.hour[i]! % 24 < 20;
const wanted = Array.from({ length: n }, (_, i) => i).filter((i) => isIn(i));

describe('a stretch under filters', () => {
	test('has the figures of a plain count', () => {
		const figures = brush.figures(asked);
		expect(figures.total).toBe(wanted.length);
		expect(figures.days).toBe(50);
		expect(figures.open).toBe(wanted.filter((i) => i % 5 === 0).length);
		expect(figures.patrolFound).toBe(wanted.filter((i) => i % 3 === 2).length);
		expect([...figures.byCategory]).toEqual(
			[0, 1, 2, 3].map((c) => wanted.filter((i) => i % 4 === c).length)
		);
		expect(figures.byHour.reduce((a, b) => a + b, 0)).toBe(wanted.length);
	});

	test.each([{ kind: 'segments' }, { kind: 'hexagons', radius: 150 }] as Places[])(
		'has the counts of a plain count on $kind',
		(places) => {
			const place = brush.placeOf(places);
			const plain = new Map<number, number>();
			for (const i of wanted) plain.set(place[i]!, (plain.get(place[i]!) ?? 0) + 1);
			const counts = brush.counts(places, asked);
			expect(counts.reduce((a, b) => a + b, 0)).toBe(wanted.length);
			for (const [at, count] of plain) expect(counts[at]).toBe(count);
		}
	);

	test('adds up along the streets, too, as it does over the ground', () => {
		const { values } = brush.heatAlong(asked);
		const metres = 250 / Math.ceil(250 / 50);
		expect(values.reduce((sum, value) => sum + (value * metres) / 1000, 0)).toBeCloseTo(wanted.length, 1);
		const { grid } = brush.heat(asked);
		expect(grid.values.reduce((a, b) => a + b, 0) * (grid.cell / 1000) ** 2).toBeCloseTo(wanted.length, 1);
	});

	test('forgets what is left out, and remembers it', () => {
		brush.leaveOut(Uint8Array.from({ length: n }, (_, i) => i % 2));
		expect(brush.figures(asked).total).toBe(wanted.filter((i) => i % 2 === 0).length);
		brush.leaveOut(null);
		expect(brush.figures(asked).total).toBe(wanted.length);
	});

	test('says what one place is made of', () => {
		const place = brush.placeOf({ kind: 'segments' });
		const mine = wanted.filter((i) => place[i] === 3);
		const parts = brush.parts({ kind: 'segments' }, asked, new Set([3]));
		expect(parts.total).toBe(mine.length);
		expect(parts.byDay.reduce((a, b) => a + b, 0)).toBe(mine.length);
	});
});

test('hexagons hold all kilometres of street and all hours of patrol, and every report', () => {
	const { streetKm, patrolHours, place } = brush.hexagons(100);
	expect(streetKm.reduce((a, b) => a + b, 0)).toBeCloseTo(ground.segments.length * 0.25, 6);
	expect(patrolHours.reduce((a, b) => a + b, 0)).toBeCloseTo(8, 9);
	expect(Math.min(...place)).toBeGreaterThanOrEqual(0);
});

test('days of the whole history are those of the filters', () => {
	const { first, counts } = brush.days(everything);
	expect(first).toBe(Math.floor(200_000 / 24));
	expect(counts.reduce((a, b) => a + b, 0)).toBe(n);
});
