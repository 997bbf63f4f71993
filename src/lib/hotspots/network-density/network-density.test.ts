import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildStreetNetwork } from '#lib/streets/network/street-network.ts';
import { networkDensity, type NetworkDensity } from './network-density.ts';

/** Segments between numbered junctions, each so many metres long; what they look like does not matter here. */
const network = (...segments: readonly (readonly [from: number, to: number, metres: number])[]) =>
	buildStreetNetwork(
		segments.map(([from, to, metres], i) => ({
			id: i + 1,
			line: [
				[0, 0],
				[0.001, 0]
			],
			length_m: metres,
			from_junction: from,
			to_junction: to
		}))
	);
const on = (segment: number, along: number) => ({
	segment: Int32Array.of(segment),
	along: Float64Array.of(along)
});
/** Reports that each segment holds: the integral of the density over it. */
const massOf = ({ firstPiece, pieceMetres, values }: NetworkDensity) =>
	Array.from(pieceMetres, (long, s) =>
		values.slice(firstPiece[s], firstPiece[s + 1]).reduce((sum, value) => sum + (value * long) / 1000, 0)
	);
const near = (wanted: readonly number[]) => wanted.map((value) => expect.closeTo(value, 5));

test('in the middle of a long street it is the quartic kernel', () => {
	const { values, peak } = networkDensity(network([0, 1, 1_000]), on(0, 500), { bandwidth: 100, piece: 1 });
	// 15 ÷ 16 ÷ 100 m, in reports per km, at the report; (1 − ¼)² of it half a bandwidth away.
	expect(peak).toBeCloseTo(9.375, 2);
	expect(values[549]! / 9.375).toBeCloseTo((1 - 0.5 ** 2) ** 2, 1);
	expect([values[399], values[600]]).toEqual([0, 0]);
});

test('where a street meets two others, each gets half of what goes on', () => {
	//            2
	//   0 --- 1 <
	//            3       the report lies on the junction's side of segment 0
	const density = networkDensity(network([0, 1, 500], [1, 2, 500], [1, 3, 500]), on(0, 500), {
		bandwidth: 100,
		piece: 10
	});
	expect(massOf(density)).toEqual(near([0.5, 0.25, 0.25]));
});

test('at a dead end it comes back', () => {
	const density = networkDensity(network([0, 1, 500]), on(0, 0), { bandwidth: 100, piece: 10 });
	expect(density.values[0]).toBeGreaterThan(18);
	expect(massOf(density)).toEqual(near([1]));
});

test('whatever the streets, loops and dead ends, every report is on them once', () => {
	const junction = fc.integer({ min: 0, max: 4 });
	const street = fc.tuple(junction, junction, fc.integer({ min: 5, max: 120 }));
	fc.assert(
		fc.property(
			fc.array(street, { minLength: 1, maxLength: 6 }),
			fc.array(fc.tuple(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 4 }),
			(streets, places) => {
				const segment = Int32Array.from(places, ([s]) => s % streets.length);
				const along = Float64Array.from(places, ([, part], i) => part * streets[segment[i]!]![2]);
				const density = networkDensity(network(...streets), { segment, along }, { bandwidth: 60, piece: 7 });
				expect(massOf(density).reduce((a, b) => a + b, 0)).toBeCloseTo(places.length, 4);
			}
		),
		{ numRuns: 60 }
	);
});

test('tiny loops and streets without length come to an end', () => {
	const density = networkDensity(network([0, 0, 0], [0, 0, 0.2], [0, 1, 80]), on(2, 10), {
		bandwidth: 300,
		piece: 10
	});
	expect(massOf(density).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
});

test('a report on no segment is left out, one on a segment that is not there refused', () => {
	const options = { bandwidth: 100, piece: 10 };
	expect(networkDensity(network([0, 1, 100]), on(-1, 0), options).peak).toBe(0);
	expect(() => networkDensity(network([0, 1, 100]), on(1, 0), options)).toThrow('segment 1 when there are 1');
	expect(() => networkDensity(network([0, 1, 100]), on(0, 0), { ...options, piece: 0 })).toThrow(RangeError);
});
