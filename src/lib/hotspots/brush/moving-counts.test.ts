import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MovingCounts } from './moving-counts.ts';

const letter = Uint16Array.from({ length: 300 }, (_, i) => (i * i) % 5);

function plain(place: Int32Array, places: number, isIn: Uint8Array, from: number, to: number): number[] {
	const counts = Array<number>(places).fill(0);
	for (let i = from; i < to; i++) if (isIn[letter[i]!] && place[i]! >= 0) counts[place[i]!]!++;
	return counts;
}

test('wherever the hand goes and whatever is sifted, the counts are those of a plain count', () => {
	const marks = fc.array(fc.boolean(), { minLength: 5, maxLength: 5 });
	const steps = fc.array(
		fc.oneof(
			fc.record({ from: fc.nat(300), to: fc.nat(300) }),
			// A hand that moves a little.
			fc.record({ by: fc.integer({ min: -4, max: 4 }) }),
			fc.record({ marks })
		),
		{ minLength: 1, maxLength: 25 }
	);
	fc.assert(
		fc.property(
			fc.array(fc.integer({ min: -1, max: 6 }), { minLength: 300, maxLength: 300 }),
			marks,
			steps,
			(places, first, moves) => {
				const place = Int32Array.from(places);
				let isIn = Uint8Array.from(first, Number);
				const counts = new MovingCounts(place, 7, letter, isIn);
				let [from, to] = [0, 0];
				for (const move of moves) {
					if ('marks' in move) counts.sift((isIn = Uint8Array.from(move.marks, Number)));
					else {
						if ('by' in move)
							[from, to] = [from + move.by, to + move.by].map((i) => Math.min(300, Math.max(0, i))) as [
								number,
								number
							];
						else [from, to] = [Math.min(move.from, move.to), Math.max(move.from, move.to)];
						counts.move(from, to);
					}
					expect([...counts.counts]).toEqual(plain(place, 7, isIn, from, to));
				}
			}
		),
		{ numRuns: 60 }
	);
});

test('a stretch that ends before it begins is empty', () => {
	const counts = new MovingCounts(Int32Array.of(0, 0, 1), 2, new Uint16Array(3), Uint8Array.of(1));
	expect([...counts.move(2, 1)]).toEqual([0, 0]);
	expect([...counts.move(0, 3)]).toEqual([2, 1]);
});

test('no reports, no places', () => {
	expect([...new MovingCounts(new Int32Array(), 0, new Uint16Array(), new Uint8Array()).move(0, 0)]).toEqual(
		[]
	);
	expect(() => new MovingCounts(new Int32Array(2), 1, new Uint16Array(1), new Uint8Array(1))).toThrow(
		'1 letters for 2 reports'
	);
});
