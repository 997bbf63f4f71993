import { distance, lerp, nearestOnEdge, type Metres } from './plane.ts';

/** A drawn line before it is cut: streets, or anything else blocks end at. */
export interface DrawnLine {
	key: string;
	points: readonly Metres[];
}

/** A stretch of a line between two junctions. `number` counts along its line from 1. */
export interface Piece {
	line: string;
	number: number;
	from: number;
	to: number;
	points: Metres[];
}

export interface Network {
	junctions: Metres[];
	pieces: Piece[];
}

interface Cut {
	/** Edge index plus share of that edge: orders cuts along a line. */
	along: number;
	junction: number;
}

/** Crossings nearer than this are one junction; carriageways of one street lie further apart. */
const sameJunction = 9;

/**
 * Lets streets end where they meet another: an end that overshoots is trimmed at the crossing, one that stops
 * short is drawn to the nearest line. Ends further than `reach` from any line stay: they are dead ends.
 */
export function settleEnds(lines: readonly DrawnLine[], reach = 45): DrawnLine[] {
	return lines.map((line) => {
		const others = lines.filter((other) => other !== line && areNear(other.points, line.points, reach));
		const headSettled = settleHead([...line.points], others, reach);
		const tailSettled = settleHead(headSettled.reverse(), others, reach);
		return { key: line.key, points: tailSettled.reverse() };
	});
}

function settleHead(points: Metres[], others: readonly DrawnLine[], reach: number): Metres[] {
	let walked = 0;
	for (let i = 0; i + 1 < points.length && walked < reach; i++) {
		for (const other of others) {
			for (let j = 0; j + 1 < other.points.length; j++) {
				const hit = crossing(points[i]!, points[i + 1]!, other.points[j]!, other.points[j + 1]!);
				if (!hit) continue;
				const at = lerp(points[i]!, points[i + 1]!, hit.t);
				if (walked + distance(points[i]!, at) <= reach) return [at, ...points.slice(i + 1)];
			}
		}
		walked += distance(points[i]!, points[i + 1]!);
	}
	let best: { at: Metres; away: number } | null = null;
	for (const other of others) {
		for (let j = 0; j + 1 < other.points.length; j++) {
			const { t, away } = nearestOnEdge(points[0]!, other.points[j]!, other.points[j + 1]!);
			if (away <= reach && (!best || away < best.away)) {
				best = { at: lerp(other.points[j]!, other.points[j + 1]!, t), away };
			}
		}
	}
	return best && best.away > 0 ? [best.at, ...points.slice(1)] : points;
}

/** Cuts every line at every crossing and at every end that touches it. Crossing lines share their junction exactly. */
export function cutAtJunctions(lines: readonly DrawnLine[]): Network {
	const junctions: Metres[] = [];
	const cuts = lines.map((): Cut[] => []);
	const junctionAt = (point: Metres): number => {
		const known = junctions.findIndex((junction) => distance(junction, point) < sameJunction);
		return known >= 0 ? known : junctions.push(point) - 1;
	};
	const cut = (line: number, along: number, junction: number) => {
		if (!cuts[line]!.some((made) => made.junction === junction)) cuts[line]!.push({ along, junction });
	};

	lines.forEach((line, a) => {
		cut(a, 0, junctionAt(line.points[0]!));
		cut(a, line.points.length - 1, junctionAt(line.points.at(-1)!));
	});
	for (let a = 0; a < lines.length; a++) {
		for (let b = a + 1; b < lines.length; b++) {
			for (const meeting of meetings(lines[a]!.points, lines[b]!.points)) {
				const junction = junctionAt(meeting.at);
				cut(a, meeting.alongA, junction);
				cut(b, meeting.alongB, junction);
			}
		}
	}

	const pieces = lines.flatMap((line, index) => {
		const ordered = cuts[index]!.sort((p, q) => p.along - q.along);
		return ordered.slice(1).map((end, k): Piece => {
			const start = ordered[k]!;
			const [from, to] = [junctions[start.junction]!, junctions[end.junction]!];
			const between = line.points.filter(
				(point, i) => i > start.along && i < end.along && distance(point, from) > 6 && distance(point, to) > 6
			);
			return {
				line: line.key,
				number: k + 1,
				from: start.junction,
				to: end.junction,
				points: [from, ...between, to]
			};
		});
	});
	return { junctions, pieces };
}

function meetings(a: readonly Metres[], b: readonly Metres[]) {
	const found: { at: Metres; alongA: number; alongB: number }[] = [];
	if (!areNear(a, b)) return found;
	for (let i = 0; i + 1 < a.length; i++) {
		for (let j = 0; j + 1 < b.length; j++) {
			const hit = crossing(a[i]!, a[i + 1]!, b[j]!, b[j + 1]!);
			if (hit) found.push({ at: lerp(a[i]!, a[i + 1]!, hit.t), alongA: i + hit.t, alongB: j + hit.u });
		}
	}
	// Ends that rest on the other line are meetings too, though rounding may keep them from crossing.
	const touch = (end: number, line: readonly Metres[], other: readonly Metres[], isA: boolean) => {
		for (let j = 0; j + 1 < other.length; j++) {
			const { t, away } = nearestOnEdge(line[end]!, other[j]!, other[j + 1]!);
			if (away > 0.5) continue;
			found.push({ at: line[end]!, alongA: isA ? end : j + t, alongB: isA ? j + t : end });
		}
	};
	for (const end of [0, a.length - 1]) touch(end, a, b, true);
	for (const end of [0, b.length - 1]) touch(end, b, a, false);
	return found;
}

const boxes = new WeakMap<readonly Metres[], readonly [number, number, number, number]>();

function boxOf(line: readonly Metres[]): readonly [number, number, number, number] {
	let box = boxes.get(line);
	if (!box) {
		const [xs, ys] = [line.map(([x]) => x), line.map(([, y]) => y)];
		boxes.set(line, (box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]));
	}
	return box;
}

/** Whether the boxes around two lines come within `reach` metres of each other. */
function areNear(a: readonly Metres[], b: readonly Metres[], reach = 1): boolean {
	const [p, q] = [boxOf(a), boxOf(b)];
	return p[0] <= q[2] + reach && q[0] <= p[2] + reach && p[1] <= q[3] + reach && q[1] <= p[3] + reach;
}

/** Where edges a–b and c–d cross, as shares of each; null when they do not. */
function crossing(a: Metres, b: Metres, c: Metres, d: Metres): { t: number; u: number } | null {
	if (
		Math.max(a[0], b[0]) < Math.min(c[0], d[0]) ||
		Math.max(c[0], d[0]) < Math.min(a[0], b[0]) ||
		Math.max(a[1], b[1]) < Math.min(c[1], d[1]) ||
		Math.max(c[1], d[1]) < Math.min(a[1], b[1])
	) {
		return null;
	}
	const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
	const turn = rx * sy - ry * sx;
	if (Math.abs(turn) < 1e-9) return null;
	const t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / turn;
	const u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / turn;
	return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? { t, u } : null;
}
