import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ring } from './ring.ts';

const stretch = (from: number, position: number, size = 1) => ({ from, position, size });

describe('the ring of recent stretches', () => {
	it('gives the stretch that continues a cursor, also from its middle', () => {
		const ring = new Ring(10, 100);
		ring.push(stretch(0, 3));
		ring.push(stretch(3, 7));
		expect(ring.next(0)).toMatchObject({ position: 3 });
		expect(ring.next(2)).toMatchObject({ position: 3 });
		expect(ring.next(3)).toMatchObject({ position: 7 });
		expect(ring.next(7)).toBeNull();
		expect(ring.next(9)).toBeNull();
	});

	it('says that what fell off its end is gone', () => {
		const ring = new Ring(2, 100);
		for (let n = 0; n < 4; n += 1) ring.push(stretch(n, n + 1));
		expect(ring.next(1)).toBe('gone');
		expect(ring.next(2)).toMatchObject({ position: 3 });
	});

	it('is bounded in bytes, yet always keeps the newest', () => {
		const ring = new Ring(100, 10);
		ring.push(stretch(0, 1, 6));
		ring.push(stretch(1, 2, 6));
		expect([ring.length, ring.bytes]).toEqual([1, 6]);
		ring.push(stretch(2, 3, 50));
		expect([ring.length, ring.bytes]).toEqual([1, 50]);
	});

	it('refuses a stretch that leaves a hole', () => {
		const ring = new Ring(10, 100);
		ring.push(stretch(0, 3));
		expect(() => ring.push(stretch(4, 5))).toThrow('begins at 4, but the ring ends at 3');
	});

	it('brings any cursor it does not call gone to its end without a hole', () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 60 }),
				fc.nat(200),
				fc.integer({ min: 1, max: 30 }),
				(lengths, cursor, maxItems) => {
					const ring = new Ring<ReturnType<typeof stretch>>(maxItems, 1e9);
					let end = 0;
					for (const length of lengths) ring.push(stretch(end, (end += length)));
					let at = cursor;
					for (let next = ring.next(at); next !== null; next = ring.next(at)) {
						if (next === 'gone') return;
						expect(next.from).toBeLessThanOrEqual(at);
						expect(next.position).toBeGreaterThan(at);
						at = next.position;
					}
					expect(at).toBe(Math.max(cursor, end));
				}
			)
		);
	});
});
