import { randomFrom } from '../significance/random.ts';
import { buildStreetNetwork, segmentNeighbours } from '#lib/streets/network/street-network.ts';
import type { PlacedHistory } from './backtest.ts';
import type { ForecastGround } from './history.ts';

const side = 8;

/** A chequerboard of 8 × 8 junctions, blocks of about 110 m, and reports of which `hot` segments get most, the rest hardly any. */
export function makeTown({ weeks = 24, hot = 6, seed = 1 } = {}) {
	const at = (column: number, row: number): [number, number] => [column / 1000, row / 1000];
	const lines = Array.from({ length: side * side }, (_, i) => {
		const [column, row] = [i % side, Math.floor(i / side)];
		return [
			...(column + 1 < side ? [[at(column, row), at(column + 1, row)]] : []),
			...(row + 1 < side ? [[at(column, row), at(column, row + 1)]] : [])
		];
	}).flat();
	const network = buildStreetNetwork(lines.map((line, id) => ({ id, line })));
	const ground: ForecastGround = {
		metres: network.metres,
		neighbours: segmentNeighbours(network),
		categories: 2
	};
	const random = randomFrom(seed);
	const [segment, category, hour, along]: [number[], number[], number[], number[]] = [[], [], [], []];
	for (let week = 0; week < weeks; week += 1)
		for (let i = 0; i < 60; i += 1) {
			const isHot = random.below(3) > 0;
			segment.push(isHot ? 7 * random.below(hot) : random.below(network.segments));
			// Category 1 lives on hot segments, in the evening.
			category.push(isHot && random.below(4) > 0 ? 1 : 0);
			const day = random.below(7);
			hour.push(168 * week + 24 * day + (category.at(-1) === 1 ? 18 + random.below(4) : random.below(24)));
			along.push(50);
		}
	const history: PlacedHistory = {
		segment: Int32Array.from(segment),
		category: Uint16Array.from(category),
		hour: Float64Array.from(hour),
		along: Float64Array.from(along)
	};
	return { network, ground, history, hot: Array.from({ length: hot }, (_, i) => 7 * i) };
}
