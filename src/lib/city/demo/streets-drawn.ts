import { settleEnds, type DrawnLine } from './network.ts';
import { newDistrictStreets } from './plan/new-district.ts';
import { oldTownStreets } from './plan/old-town.ts';
import { streetsRoundTheTown } from './plan/round-the-town.ts';
import type { PlannedStreet } from './plan/street.ts';
import { bend, curveThrough, distance, lerp, offset, seeded, type Metres } from './plane.ts';

export const plannedStreets: readonly PlannedStreet[] = [
	...oldTownStreets,
	...streetsRoundTheTown,
	...newDistrictStreets
];

/** A carriageway of a street. A street with two has two lines, each one-way, that share its name. */
export interface StreetLine extends DrawnLine {
	street: PlannedStreet;
	oneway: boolean;
}

/** Every street as lines that bend, and that end where they meet another. The same every time. */
export function drawStreets(): StreetLine[] {
	const random = seeded(20_260_315);
	const lines = plannedStreets.flatMap((street): StreetLine[] => {
		const middle = curveThrough(strayed(street.through, street.stray, random), 28).map(bend);
		const key = street.nameEn.toLowerCase().replaceAll(' ', '-');
		if (street.dual === 0) return [{ key, street, oneway: street.oneway, points: middle }];
		// Traffic keeps to the right: the lane along the line lies on its right-hand side.
		return [
			{ key: `${key}-1`, street, oneway: true, points: offset(middle, -street.dual / 2) },
			{ key: `${key}-2`, street, oneway: true, points: offset(middle, street.dual / 2).reverse() }
		];
	});
	const settled = settleEnds(lines);
	return lines.map((line, i) => ({ ...line, points: settled[i]!.points }));
}

/** Points between the given ones, a little to the left or right of the straight line; the given ones stay. */
function strayed(through: readonly Metres[], stray: number, random: () => number): Metres[] {
	if (stray === 0) return [...through];
	return through.flatMap((a, i) => {
		const b = through[i + 1];
		if (!b) return [a];
		const length = distance(a, b);
		const aside = (random() - 0.5) * 2 * Math.min(stray, length / 10);
		const middle = lerp(a, b, 0.4 + 0.2 * random());
		const out: Metres = [
			middle[0] - ((b[1] - a[1]) / length) * aside,
			middle[1] + ((b[0] - a[0]) / length) * aside
		];
		return length < 60 ? [a] : [a, out];
	});
}
