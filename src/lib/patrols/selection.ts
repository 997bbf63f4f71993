import { cheapestPlace, improve, tourCost, type TourCosts } from './tour.ts';

export interface Selection {
	/** In the order of the tour. */
	chosen: number[];
	left: number[];
}

/**
 * Which stops a shift has room for, when not all fit. Class by class, the most urgent first: always the stop that costs
 * least to add, as long as driving and service stay within the shift; the order is improved after each class, and what
 * was left out is tried again. A later class never pushes out a stop of an earlier one.
 * `costs` are seconds; stops are numbered as in the costs, from 1; `service` is the seconds spent at a stop.
 */
export function selectStops(
	costs: TourCosts,
	classes: readonly (readonly number[])[],
	service: (stop: number) => number,
	shiftSeconds: number
): Selection {
	let tour: number[] = [];
	let used = 0;
	const left: number[] = [];
	for (const members of classes) {
		let waiting = [...members];
		for (let round = 0; round < 2 && waiting.length > 0; round += 1) {
			waiting = fill(waiting);
			tour = improve(costs, tour);
		}
		left.push(...waiting);
	}
	return { chosen: tour, left };

	function fill(members: number[]): number[] {
		const waiting = new Set(members);
		for (;;) {
			const spare = shiftSeconds - used - tourCost(costs, tour);
			let best = { stop: 0, at: 0, extra: Infinity };
			for (const stop of waiting) {
				const place = cheapestPlace(costs, tour, stop);
				const extra = place.extra + service(stop);
				if (extra <= spare && extra < best.extra) best = { stop, at: place.at, extra };
			}
			if (best.stop === 0) return [...waiting];
			tour.splice(best.at, 0, best.stop);
			used += service(best.stop);
			waiting.delete(best.stop);
		}
	}
}
