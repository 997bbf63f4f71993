import type { Leg } from './plan.ts';

/** A place somebody sent, or null when it is none on earth. */
export function readPlace(value: unknown): { lng: number; lat: number } | null {
	if (typeof value !== 'object' || value === null) return null;
	const { lng, lat } = value as { lng?: unknown; lat?: unknown };
	if (typeof lng !== 'number' || typeof lat !== 'number') return null;
	return Math.abs(lng) <= 180 && Math.abs(lat) <= 90 ? { lng, lat } : null;
}

/** More legs than any route has. */
const mostLegs = 150;

/** The legs of a body `{legs: [{from, to}, …]}`; null when any of them is not two places, or there are too many. */
export function readLegs(body: unknown): Leg[] | null {
	const legs = (body as { legs?: unknown } | null)?.legs;
	if (!Array.isArray(legs) || legs.length > mostLegs) return null;
	const read = legs.map((leg: unknown) => {
		const { from, to } = (leg ?? {}) as { from?: unknown; to?: unknown };
		const [a, b] = [readPlace(from), readPlace(to)];
		return a && b ? { from: a, to: b } : null;
	});
	return read.every((leg) => leg !== null) ? read : null;
}
