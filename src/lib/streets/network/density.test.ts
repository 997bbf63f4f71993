import { describe, expect, it } from 'vitest';
import { lixelsOf, networkDensity, segmentDensity } from './density.ts';
import { buildStreetNetwork, type NetworkSegment } from './street-network.ts';

const line = (id: number, ...positions: [number, number][]): NetworkSegment => ({
	id,
	line: positions.map(([x, y]) => [x / 1000, y / 1000])
});
const one = (segment: number, along: number, weight = 1) => ({
	segment: Int32Array.of(segment),
	along: Float64Array.of(along),
	weight: Float64Array.of(weight)
});
const reportsIn = (density: Float64Array, metres: Float64Array) =>
	density.reduce((sum, perKm, i) => sum + (perKm / 1000) * metres[i]!, 0);

describe('density along the network', () => {
	const street = buildStreetNetwork([line(1, [0, 0], [20, 0])]);

	it('is a bell on a straight street', () => {
		const lixels = lixelsOf(street, 10);
		const middle = street.metres[0]! / 2;
		const density = networkDensity(street, lixels, one(0, middle), 100, 200);
		const step = lixels.metres[0]!;
		for (let i = 0; i < density.length; i += 7) {
			// The report stands for the piece it lies in.
			const apart = (i - Math.floor(middle / step)) * step;
			const normal = (1000 / (100 * Math.sqrt(2 * Math.PI))) * Math.exp(-0.5 * (apart / 100) ** 2);
			expect(Math.abs(density[i]! - normal)).toBeLessThan(0.03);
		}
	});

	it('has the bandwidth it was given, however few the steps', () => {
		const lixels = lixelsOf(street, 10);
		const density = networkDensity(street, lixels, one(0, street.metres[0]! / 2), 120, 3);
		const [step] = lixels.metres;
		const at = (i: number) => (i + 0.5) * step!;
		const reports = (i: number) => (density[i]! / 1000) * step!;
		const places = Array.from(density.keys());
		const mean = places.reduce((sum, i) => sum + reports(i) * at(i), 0);
		const variance = places.reduce((sum, i) => sum + reports(i) * (at(i) - mean) ** 2, 0);
		expect(Math.sqrt(variance)).toBeCloseTo(120, 1);
	});

	it('keeps every report, with its weight, at dead ends and junctions', () => {
		const star = buildStreetNetwork([
			line(1, [0, 0], [1, 0]),
			line(2, [1, 0], [2, 0]),
			line(3, [1, 0], [1, 1], [1, 0.5])
		]);
		const lixels = lixelsOf(star, 15);
		for (const along of [0, 60, 111])
			expect(reportsIn(networkDensity(star, lixels, one(0, along, 2.5), 80), lixels.metres)).toBeCloseTo(
				2.5,
				5
			);
	});

	it('goes round a loop and meets itself', () => {
		const loop = buildStreetNetwork([line(1, [0, 0], [1, 0], [1, 1], [0, 0])]);
		const lixels = lixelsOf(loop, 10);
		const density = networkDensity(loop, lixels, one(0, 1, 3), 60);
		expect(reportsIn(density, lixels.metres)).toBeCloseTo(3, 5);
		// As far one way as the other from the junction, but for the piece the report lies in.
		expect(density[4]! / density.at(-4)!).toBeCloseTo(1, 6);
	});

	it('goes alike into every street of a junction, and not to a street that only lies near', () => {
		const cross = buildStreetNetwork([
			line(1, [0, 0], [1, 0]),
			line(2, [1, 0], [2, 0]),
			line(3, [1, 0], [1, 0.99]),
			line(4, [0, 0.1], [1, 0.1])
		]);
		const lixels = lixelsOf(cross, 10);
		const [first, east, north, near] = segmentDensity(lixels, networkDensity(cross, lixels, one(0, 100), 60));
		expect(east! / north!).toBeCloseTo(1, 1);
		expect(first).toBeGreaterThan(east!);
		expect(near).toBe(0);
	});

	it('keeps a report on a street of no length, and hands it on', () => {
		const dot = buildStreetNetwork([line(1, [0, 0], [1, 0]), line(2, [1, 0], [1, 0])]);
		const lixels = lixelsOf(dot, 20);
		expect(reportsIn(networkDensity(dot, lixels, one(1, 0), 60), lixels.metres)).toBeCloseTo(1, 5);
	});

	it('leaves out what is on no street, and refuses no bandwidth', () => {
		const lixels = lixelsOf(street, 50);
		expect(networkDensity(street, lixels, one(-1, 0), 50).every((value) => value === 0)).toBe(true);
		expect(() => networkDensity(street, lixels, one(0, 0), 0)).toThrow(RangeError);
		expect(() => lixelsOf(street, -1)).toThrow(RangeError);
	});
});
