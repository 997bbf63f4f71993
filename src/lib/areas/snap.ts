import type { Position } from '#lib/city/datum.ts';
import { rounded, type Shape } from './shape.ts';

const metresPerDegree = 111_320;

/**
 * The nearest place on the neighbours' borders within so many metres: one of their corners if there is one, else the
 * nearest point of a line. Null: nothing is that near.
 */
export function snapped(at: Position, neighbours: readonly Shape[], metres: number): Position | null {
	const across = metresPerDegree * Math.cos((at[1] * Math.PI) / 180);
	const from = (place: readonly number[]) =>
		[(place[0]! - at[0]) * across, (place[1]! - at[1]) * metresPerDegree] as const;
	let corner: { at: Position; away: number } | null = null;
	let line: { at: Position; away: number } | null = null;
	for (const ring of neighbours.flat(2)) {
		for (let i = 0; i < ring.length; i++) {
			const [a, b] = [ring[i]!, ring[(i + 1) % ring.length]!];
			const [ax, ay] = from(a);
			const [bx, by] = from(b);
			// Far away with both ends on one side: most lines end here.
			if (Math.min(ax, bx) > metres || Math.max(ax, bx) < -metres) continue;
			if (Math.min(ay, by) > metres || Math.max(ay, by) < -metres) continue;
			const away = Math.hypot(ax, ay);
			if (away <= metres && away < (corner?.away ?? Infinity)) corner = { at: a, away };
			const [dx, dy] = [bx - ax, by - ay];
			const along = dx * dx + dy * dy;
			const t = along === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / along));
			const [px, py] = [ax + t * dx, ay + t * dy];
			const off = Math.hypot(px, py);
			if (off <= metres && off < (line?.away ?? Infinity)) {
				line = { at: rounded([at[0] + px / across, at[1] + py / metresPerDegree]), away: off };
			}
		}
	}
	return corner?.at ?? line?.at ?? null;
}

/** Every corner that is within so many metres of a neighbour put onto it. */
export function snappedAll(
	shape: Shape,
	neighbours: readonly Shape[],
	metres: number
): { shape: Shape; moved: number } {
	let moved = 0;
	const put = (at: Position): Position => {
		const to = snapped(at, neighbours, metres);
		if (!to || (to[0] === at[0] && to[1] === at[1])) return at;
		moved += 1;
		return to;
	};
	return { shape: shape.map((rings) => rings.map((ring) => ring.map(put))), moved };
}
