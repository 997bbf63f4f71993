import { describe, expect, it } from 'vitest';
import { snapIndex, snapPoints } from './snapping.ts';
import { buildStreetNetwork, placeOn, segmentNeighbours, type NetworkSegment } from './street-network.ts';

/** Degrees so small that the plane is as good as square; one thousandth is about 111 m. */
const line = (id: number, ...positions: [number, number][]): NetworkSegment => ({
	id,
	line: positions.map(([x, y]) => [x / 1000, y / 1000])
});

//   1 ── 2 ── 3      a, b: along the top; c: a bend from 2 down to 4
//        └─┐
//          4
const a = line(70, [0, 1], [1, 1]);
const b = line(20, [1, 1], [2, 1]);
const c = line(40, [1, 1], [1, 0], [2, 0]);

function snapOne(segments: NetworkSegment[], lng: number, lat: number, limit?: number, cell?: number) {
	const network = buildStreetNetwork(segments);
	const x = Float64Array.of((lng / 1000 - network.plane.lng) * network.plane.metresPerLng);
	const y = Float64Array.of((lat / 1000 - network.plane.lat) * network.plane.metresPerLat);
	const { segment, along, off } = snapPoints(snapIndex(network, cell), x, y, limit);
	return { id: network.ids[segment[0]!], along: along[0]!, off: off[0]! };
}

describe('the street network', () => {
	it('knows which segments meet', () => {
		const { first, to } = segmentNeighbours(buildStreetNetwork([a, b, c, line(5, [9, 9], [9, 8])]));
		expect([...first]).toEqual([0, 2, 4, 6, 6]);
		expect([...to]).toEqual([1, 2, 0, 2, 0, 1]);
	});

	it('takes the ends that the basemap names before the ends that look alike', () => {
		const named = (segment: NetworkSegment, from_junction: number, to_junction: number) => ({
			...segment,
			from_junction,
			to_junction
		});
		const network = buildStreetNetwork([named(a, 1, 2), named(b, 3, 4)]);
		expect(network.junctions).toBe(4);
		expect([...segmentNeighbours(network).to]).toEqual([]);
	});

	it('refuses a line of one position', () => {
		expect(() => buildStreetNetwork([line(3, [0, 0])])).toThrow('segment 3 has 1 positions');
	});

	it('finds the place again from the metres along a bend', () => {
		const network = buildStreetNetwork([c]);
		const [x, y] = placeOn(network, 0, network.metres[0]!);
		expect(x).toBeCloseTo(network.x[2]!, 9);
		expect(y).toBeCloseTo(network.y[2]!, 9);
		const [, middle] = placeOn(network, 0, Math.abs(network.y[0]! - network.y[1]!));
		expect(middle).toBeCloseTo(network.y[1]!, 9);
	});
});

describe('snapping', () => {
	it('goes to the nearest place on the line, and says where that is', () => {
		const { id, along, off } = snapOne([a, b, c], 1.2, 0.1);
		expect(id).toBe(40);
		expect(off).toBeCloseTo(0.1 * 110.57, 1);
		expect(along).toBeCloseTo(110.57 + 0.2 * 111.32, 1);
	});

	it('goes to the smallest id where several segments meet', () => {
		expect(snapOne([a, b, c], 1, 1.3).id).toBe(20);
		expect(snapOne([b, c, a], 1, 1.3).id).toBe(20);
	});

	it('finds nothing beyond the limit, and something at it', () => {
		const { off } = snapOne([a, b, c], 0.5, 1.4);
		expect(snapOne([a, b, c], 0.5, 1.4, off).id).toBe(70);
		expect(snapOne([a, b, c], 0.5, 1.4, off - 1e-9)).toEqual({ id: undefined, along: NaN, off: NaN });
	});

	it('finds the way back from far outside', () => {
		expect(snapOne([a, b, c], 60, 1).id).toBe(20);
		expect(snapOne([a, b, c], -60, -50).id).toBe(70);
	});

	it('answers as measuring every line does, whatever the cells', () => {
		let seed = 7;
		const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
		const place = (): [number, number] => [random() * 20, random() * 20];
		const segments = Array.from({ length: 60 }, (_, id) => {
			const [x, y] = place();
			return line(id, [x, y], [x + random() * 4 - 2, y], [x + 2, y + random() * 3]);
		});
		const network = buildStreetNetwork(segments);
		const x = Float64Array.from({ length: 400 }, () => (random() - 0.5) * 3000);
		const y = Float64Array.from({ length: 400 }, () => (random() - 0.5) * 3000);
		const slow = Array.from(x, (px, i) => {
			let [best, nearest] = [Infinity, -1];
			for (let s = 0; s < network.segments; s += 1)
				for (let p = network.firstPoint[s]!; p < network.firstPoint[s + 1]! - 1; p += 1) {
					const [ax, ay] = [network.x[p]!, network.y[p]!];
					const [dx, dy] = [network.x[p + 1]! - ax, network.y[p + 1]! - ay];
					const part = ((px - ax) * dx + (y[i]! - ay) * dy) / (dx * dx + dy * dy);
					const kept = Math.min(1, Math.max(0, part));
					const metres = Math.hypot(px - ax - kept * dx, y[i]! - ay - kept * dy);
					if (metres < best) [best, nearest] = [metres, s];
				}
			return nearest;
		});
		for (const cell of [15, 80, 5000])
			expect([...snapPoints(snapIndex(network, cell), x, y).segment]).toEqual(slow);
	});
});
