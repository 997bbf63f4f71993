// Where points lie in relation to the city's streets.
import { compassPoint, measureShift, type Shift } from '#lib/city/datum-fit.ts';
import type { Findings } from '#lib/city/import/findings.ts';
import type { Known } from '#lib/city/import/known.ts';
import { frameAround, StreetDistance } from '#lib/city/street-distance.ts';

/** Farther than this is not “on a street” by any reading. */
const far = 100;
const arrows = { n: '↑', ne: '↗', e: '→', se: '↘', s: '↓', sw: '↙', w: '←', nw: '↖' };

/** Says how far points lie from the streets, and whether all of them are moved the same way. WGS-84 as read; rows beside. */
export function checkGround(points: Float64Array, rows: Uint32Array, known: Known, findings: Findings): void {
	const box = known.city.bbox;
	if (!box || known.streets.offsets.length < 2) {
		findings.say('no_streets_yet', 'refused', 1);
		return;
	}
	const frame = frameAround((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
	const margin = 300;
	const grid = new StreetDistance(known.streets, frame, [
		(box[0] - frame.lng) * frame.east - margin,
		(box[1] - frame.lat) * frame.north - margin,
		(box[2] - frame.lng) * frame.east + margin,
		(box[3] - frame.lat) * frame.north + margin
	]);
	const metres = new Float32Array(rows.length);
	const astray: number[] = [];
	for (let i = 0; i < rows.length; i += 1) {
		metres[i] = grid.at(
			(points[2 * i]! - frame.lng) * frame.east,
			(points[2 * i + 1]! - frame.lat) * frame.north
		);
		if (metres[i]! > far) astray.push(i);
	}
	const sorted = metres.slice().sort();
	const share = (part: number) => Math.round(sorted[Math.floor(part * (sorted.length - 1))] ?? 0);
	findings.say('street_distance', 'note', rows.length, { median: share(0.5), p95: share(0.95) });
	findings.say(
		'far_from_streets',
		'warning',
		astray.length,
		{ metres: far, percent: percent(astray.length, rows.length) },
		astray.slice(0, 8).map((i) => ({ row: rows[i]!, text: `${Math.round(metres[i]!)} m` }))
	);
	const shift = measureShift(points, known.streets);
	if (!shift || shift.metres === 0) return;
	const detail = {
		metres: shift.metres,
		direction: directionOf(shift),
		before: Math.round(shift.fitBefore * 100),
		after: Math.round(shift.fitAfter * 100)
	};
	if (shift.suggestion === 'swapped') findings.say('axes_swapped', 'warning', 1, detail);
	else if (shift.suggestion) {
		findings.say('datum_does_not_fit', 'warning', 1, {
			...detail,
			datum: shift.suggestion === 'gcj02' ? 'GCJ-02' : 'BD-09'
		});
	} else findings.say('points_moved', 'warning', 1, detail);
}

export function percent(part: number, whole: number): number {
	return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10;
}

/** Where points lie off to, as an arrow on a map with north above, and in degrees from north. */
export function directionOf({ bearing }: Shift): string {
	return `${arrows[compassPoint(bearing)]} ${bearing}°`;
}
