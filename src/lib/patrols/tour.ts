import { chanceFrom } from './chance.ts';

/**
 * What a tour costs, as a full matrix over n stops and the depot, which is number 0: cost[from * n + to]. Costs need not
 * be the same both ways (one-ways). An open tour has no cost back to the depot, a free start none from it.
 */
export interface TourCosts {
	n: number;
	cost: Float64Array;
}

/** A missing way costs this much: no tour takes one while any other is left. */
export const noWay = 1e9;

/**
 * Turns a matrix between places into the costs of a tour. `start` is the place's number that the tour begins at, or null
 * for a free start. Stop k of the tour (1…) is place stops[k − 1].
 */
export function tourCosts(
	matrix: { n: number; values: Float64Array },
	stops: readonly number[],
	start: number | null,
	isClosed: boolean
): TourCosts {
	const n = stops.length + 1;
	const cost = new Float64Array(n * n);
	const between = (a: number, b: number) => Math.min(noWay, matrix.values[a * matrix.n + b]!);
	for (let i = 1; i < n; i += 1) {
		cost[i] = start === null ? 0 : between(start, stops[i - 1]!);
		cost[i * n] = isClosed && start !== null ? between(stops[i - 1]!, start) : 0;
		for (let j = 1; j < n; j += 1) cost[i * n + j] = i === j ? 0 : between(stops[i - 1]!, stops[j - 1]!);
	}
	return { n, cost };
}

/** The cost of visiting the stops in this order, from the depot and back to it. */
export function tourCost({ n, cost }: TourCosts, order: readonly number[]): number {
	if (order.length === 0) return 0;
	let sum = cost[order[0]!]! + cost[order.at(-1)! * n]!;
	for (let i = 1; i < order.length; i += 1) sum += cost[order[i - 1]! * n + order[i]!]!;
	return sum;
}

/** Where a stop fits into an order at the least extra cost. */
export function cheapestPlace(
	{ n, cost }: TourCosts,
	order: readonly number[],
	stop: number
): { at: number; extra: number } {
	let best = { at: 0, extra: Infinity };
	for (let at = 0; at <= order.length; at += 1) {
		const before = at === 0 ? 0 : order[at - 1]!;
		const after = at === order.length ? 0 : order[at]!;
		const extra = cost[before * n + stop]! + cost[stop * n + after]! - cost[before * n + after]!;
		if (extra < best.extra) best = { at, extra };
	}
	return best;
}

/**
 * A first order by cheapest insertion (Rosenkrantz, Stearns, Lewis 1977, doi:10.1137/0206041): always the stop that
 * lengthens the tour least, where it does so.
 */
export function insertCheapest(costs: TourCosts, stops: readonly number[]): number[] {
	const order: number[] = [];
	const left = new Set(stops);
	while (left.size > 0) {
		let best = { stop: -1, at: 0, extra: Infinity };
		for (const stop of left) {
			const place = cheapestPlace(costs, order, stop);
			if (place.extra < best.extra) best = { stop, ...place };
		}
		order.splice(best.at, 0, best.stop);
		left.delete(best.stop);
	}
	return order;
}

const worthIt = 1e-7;

/**
 * Improves an order until no single move helps: Or-opt (one to three neighbours elsewhere, either way round; Or 1976),
 * 2-opt (a stretch reversed; Croes 1958, doi:10.1287/opre.6.6.791) and exchanges of two. Every move is priced with the
 * costs of the direction it is driven in. Stops in `locked` keep their place in the order.
 */
export function improve(
	costs: TourCosts,
	order: readonly number[],
	locked: ReadonlySet<number> = new Set()
): number[] {
	const tour = [...order];
	const isFree = (from: number, to: number) => {
		for (let i = from; i <= to; i += 1) if (locked.has(tour[i]!)) return false;
		return true;
	};
	while (
		moveStretch(costs, tour, isFree) ||
		reverseStretch(costs, tour, isFree) ||
		exchange(costs, tour, isFree)
	);
	return tour;
}

type IsFree = (from: number, to: number) => boolean;

function moveStretch({ n, cost }: TourCosts, tour: number[], isFree: IsFree): boolean {
	const at = (i: number) => (i < 0 || i >= tour.length ? 0 : tour[i]!);
	const c = (a: number, b: number) => cost[a * n + b]!;
	for (let length = 1; length <= 3; length += 1) {
		for (let i = 0; i + length <= tour.length; i += 1) {
			const last = i + length - 1;
			const [head, tail] = [at(i), at(last)];
			const taken = c(at(i - 1), head) + c(tail, at(last + 1)) - c(at(i - 1), at(last + 1));
			let inside = 0;
			let reversed = 0;
			for (let k = i; k < last; k += 1) {
				inside += c(at(k), at(k + 1));
				reversed += c(at(k + 1), at(k));
			}
			// The gap lies after place g of the present tour, outside the stretch.
			for (let g = -1; g < tour.length; g += 1) {
				if (g >= i - 1 && g <= last) continue;
				const [a, b] = [at(g), at(g + 1)];
				const same = c(a, head) + c(tail, b) - c(a, b);
				const turned = c(a, tail) + c(head, b) - c(a, b) + reversed - inside;
				if (Math.min(same, turned) >= taken - worthIt) continue;
				if (!isFree(Math.min(i, g + 1), Math.max(last, g))) continue;
				const stretch = tour.splice(i, length);
				if (turned < same) stretch.reverse();
				tour.splice(g < i ? g + 1 : g + 1 - length, 0, ...stretch);
				return true;
			}
		}
	}
	return false;
}

function reverseStretch({ n, cost }: TourCosts, tour: number[], isFree: IsFree): boolean {
	const at = (i: number) => (i < 0 || i >= tour.length ? 0 : tour[i]!);
	const c = (a: number, b: number) => cost[a * n + b]!;
	for (let i = 0; i < tour.length - 1; i += 1) {
		let gain = 0;
		for (let j = i + 1; j < tour.length; j += 1) {
			gain += c(at(j - 1), at(j)) - c(at(j), at(j - 1));
			const ends = c(at(i - 1), at(i)) + c(at(j), at(j + 1)) - c(at(i - 1), at(j)) - c(at(i), at(j + 1));
			if (gain + ends <= worthIt || !isFree(i, j)) continue;
			tour.splice(i, j - i + 1, ...tour.slice(i, j + 1).reverse());
			return true;
		}
	}
	return false;
}

function exchange(costs: TourCosts, tour: number[], isFree: IsFree): boolean {
	const { n, cost } = costs;
	const at = (i: number) => (i < 0 || i >= tour.length ? 0 : tour[i]!);
	const c = (a: number, b: number) => cost[a * n + b]!;
	for (let i = 0; i < tour.length - 2; i += 1) {
		for (let j = i + 2; j < tour.length; j += 1) {
			const [a, b] = [at(i), at(j)];
			const now = c(at(i - 1), a) + c(a, at(i + 1)) + c(at(j - 1), b) + c(b, at(j + 1));
			const then = c(at(i - 1), b) + c(b, at(i + 1)) + c(at(j - 1), a) + c(a, at(j + 1));
			if (then >= now - worthIt || !isFree(i, i) || !isFree(j, j)) continue;
			[tour[i], tour[j]] = [b, a];
			return true;
		}
	}
	return false;
}

export interface Solving {
	locked?: ReadonlySet<number>;
	/** How often the best order is shaken and improved again; few stops, which cost next to nothing, more often. */
	shakes?: number;
	seed?: string;
	/** An order that is known already; the answer costs no more. */
	known?: readonly number[];
}

/**
 * A good order of these stops: cheapest insertion improved, then shaken and improved again (iterated local search with
 * the double bridge; Martin, Otto, Felten 1991), the better kept. The same input gives the same order.
 */
export function solveTour(costs: TourCosts, stops: readonly number[], options: Solving = {}): number[] {
	const { locked = new Set<number>(), seed = '', known } = options;
	const shakes = options.shakes ?? Math.max(24, Math.ceil(900 / stops.length));
	let best = improve(costs, known ?? insertCheapest(costs, stops), locked);
	if (known && locked.size === 0) {
		const other = improve(costs, insertCheapest(costs, stops));
		if (tourCost(costs, other) < tourCost(costs, best)) best = other;
	}
	if (locked.size > 0 || stops.length < 4) return best;
	const chance = chanceFrom(seed);
	let cost = tourCost(costs, best);
	for (let i = 0; i < shakes; i += 1) {
		const other = improve(costs, doubleBridge(best, chance));
		const otherCost = tourCost(costs, other);
		if (otherCost < cost - worthIt) [best, cost] = [other, otherCost];
	}
	return best;
}

/** Cuts an order into four and joins them as first, third, second, last: a change single moves do not undo. */
function doubleBridge(order: readonly number[], chance: () => number): number[] {
	const cuts = [0, 0, 0].map(() => Math.floor(chance() * (order.length + 1))).sort((a, b) => a - b) as [
		number,
		number,
		number
	];
	const [a, b, c] = cuts;
	return [...order.slice(0, a), ...order.slice(b, c), ...order.slice(a, b), ...order.slice(c)];
}
