import { solveTour, tourCosts } from './tour.ts';
import type { Stop } from './stop.ts';

/** What one leg or a whole route takes. */
export interface Length {
	metres: number;
	seconds: number;
}

/**
 * The travel matrix of a route in a form that travels to the browser, so that a team can change the order without a
 * network. Place 0 is the start when there is one, then stop 0, stop 1, …; -1: there is no way.
 */
export interface RouteMatrix {
	n: number;
	hasStart: boolean;
	/** Back to where it began. */
	isClosed: boolean;
	seconds: readonly number[];
	metres: readonly number[];
}

/** A stop in its place in the route. */
export interface Visit {
	/** The stop's number in the matrix, less the start's. */
	stop: number;
	/** From the place before; null for a first stop that is the start. */
	leg: Length | null;
	/** Seconds after the shift began. */
	arrives: number;
	leaves: number;
}

export interface Schedule {
	visits: Visit[];
	/** The way back; null on an open route. */
	back: Length | null;
	driving: Length;
	/** Driving and stops, in seconds. */
	total: number;
}

const placeOf = ({ hasStart }: RouteMatrix, stop: number) => stop + (hasStart ? 1 : 0);

export function legBetween({ n, seconds, metres }: RouteMatrix, from: number, to: number): Length {
	const at = from * n + to;
	const value = (values: readonly number[]) => (values[at]! < 0 ? Infinity : values[at]!);
	return { seconds: value(seconds), metres: value(metres) };
}

/** The times of an order of stops. `service` is the seconds spent at each stop. */
export function scheduleOf(
	matrix: RouteMatrix,
	order: readonly number[],
	service: (stop: number) => number
): Schedule {
	const visits: Visit[] = [];
	const driving: Length = { metres: 0, seconds: 0 };
	let clock = 0;
	const drive = (leg: Length) => {
		driving.metres += leg.metres;
		driving.seconds += leg.seconds;
		clock += leg.seconds;
	};
	order.forEach((stop, i) => {
		const before = i > 0 ? placeOf(matrix, order[i - 1]!) : matrix.hasStart ? 0 : null;
		const leg = before === null ? null : legBetween(matrix, before, placeOf(matrix, stop));
		if (leg) drive(leg);
		const arrives = clock;
		clock += service(stop);
		visits.push({ stop, leg, arrives, leaves: clock });
	});
	let back: Length | null = null;
	if (matrix.isClosed && order.length > 0) {
		const home = matrix.hasStart ? 0 : placeOf(matrix, order[0]!);
		back = legBetween(matrix, placeOf(matrix, order.at(-1)!), home);
		drive(back);
	}
	return { visits, back, driving, total: clock };
}

export function lengthOf(matrix: RouteMatrix, order: readonly number[]): Length {
	return scheduleOf(matrix, order, () => 0).driving;
}

/**
 * Puts stops in a good order by driving time. The answer takes no longer than `order` and, without locks, is no longer in
 * metres than `cap` says, when such an order is found. Locked stops keep their place.
 */
export function reorder(
	matrix: RouteMatrix,
	order: readonly number[],
	options: { locked?: readonly number[]; seed?: string } = {}
): number[] {
	return reorderBy(matrix, matrix.seconds, order, options);
}

function reorderBy(
	matrix: RouteMatrix,
	values: readonly number[],
	order: readonly number[],
	{ locked = [], seed = '' }: { locked?: readonly number[]; seed?: string }
): number[] {
	if (order.length < 2) return [...order];
	// A round trip with no start of its own begins at its first stop: that one is the depot.
	const isRound = matrix.isClosed && !matrix.hasStart;
	const stops = isRound ? order.slice(1) : [...order];
	const start = matrix.hasStart ? 0 : isRound ? placeOf(matrix, order[0]!) : null;
	const numbers = {
		n: matrix.n,
		values: Float64Array.from(values, (value) => (value < 0 ? Infinity : value))
	};
	const costs = tourCosts(
		numbers,
		stops.map((stop) => placeOf(matrix, stop)),
		start,
		matrix.isClosed
	);
	const known = stops.map((_, i) => i + 1);
	const held = new Set(known.filter((i) => locked.includes(stops[i - 1]!)));
	const solved = solveTour(costs, known, { known, locked: held, seed });
	const found = solved.map((i) => stops[i - 1]!);
	return isRound ? [order[0]!, ...found] : found;
}

/**
 * The best order that is no longer than `due`, the order of the time limits, neither in minutes nor in metres. What is
 * driven fastest is tried first, then what is shortest; when neither beats it in both, the order of the limits it is.
 */
export function orderNoLongerThan(
	matrix: RouteMatrix,
	known: readonly number[],
	due: readonly number[],
	seed: string
): number[] {
	const limit = lengthOf(matrix, due);
	const isFine = (order: readonly number[]) => {
		const length = lengthOf(matrix, order);
		return length.seconds <= limit.seconds + 0.5 && length.metres <= limit.metres + 0.5;
	};
	const tries = [
		() => reorder(matrix, known, { seed }),
		() => reorder(matrix, due, { seed }),
		() => reorderBy(matrix, matrix.metres, due, { seed })
	];
	for (const attempt of tries) {
		const order = attempt();
		if (isFine(order)) return order;
	}
	return [...due];
}

/** Seconds at a stop: the service time, and the way on foot there and back where the vehicle cannot come near. */
export function serviceSeconds(stop: Pick<Stop, 'walk'>, serviceMinutes: number): number {
	return serviceMinutes * 60 + (stop.walk > 30 ? (2 * stop.walk) / 1.2 : 0);
}
