import { compassPoint, measureShift, type Shift } from '#lib/city/datum-fit.ts';
import { moveToWgs84, type Datum, type Position } from '#lib/city/datum.ts';
import type { Findings } from '#lib/city/import/findings.ts';
import type { KnownStreets } from '#lib/city/import/known.ts';
import type { RawArea } from './area-draft.ts';

/**
 * In which datum a file's borders are, and what must be said of it. Null: it cannot be told and must be named, because
 * something speaks for a shifted datum; the finding that says so is of level `refused`.
 *
 * @param corners raw positions of all borders
 * @param named what a person said; what they say holds, and is only warned about
 * @param declared what the file itself says
 */
export function decideDatum(
	rows: readonly RawArea[],
	corners: readonly Position[],
	named: Datum | null,
	declared: Datum | null,
	streets: KnownStreets,
	findings: Findings
): Datum | null {
	const datum = named ?? declared ?? 'wgs84';
	const shift = measureShift(borderPlaces(corners.map((at) => moveToWgs84(at, datum))), streets);
	const isFound = shift !== null && shift.metres > 0 && shift.fitAfter - shift.fitBefore >= 0.05;
	if (isFound && shift.suggestion === 'swapped') {
		findings.say('swapped', 'refused', rows.length);
		return null;
	}
	if (isFound && (named || shift.suggestion === null)) sayShift(shift, findings);
	if (named) return named;
	if (isFound && (shift.suggestion === 'gcj02' || shift.suggestion === 'bd09')) {
		findings.say(`datum_measured_${shift.suggestion}`, 'refused', rows.length, {
			metres: tens(shift.metres),
			before: percent(shift.fitBefore),
			after: percent(shift.fitAfter)
		});
		return null;
	}
	if (declared) return declared;
	const off = tens(shiftOfChina(corners));
	const signs = consumerMapSigns(rows);
	if (signs.length > 0 && off > 0) {
		findings.say('datum_consumer_map', 'refused', rows.length, { signs: signs.join(', '), metres: off });
		return null;
	}
	if (shift?.isPlain) findings.say('datum_fits', 'note', 1, { share: percent(shift.fitBefore) });
	// Outside China the consumer maps are not shifted: nothing to be mistaken about.
	else if (off > 0) findings.say('datum_assumed', 'warning', 1, { metres: off });
	return 'wgs84';
}

/**
 * Properties only the boundary files of 高德 (and 阿里云 DataV, made from them) have. These files are GCJ-02 and do not
 * say so: https://datav.aliyun.com/portal/school/atlas/area_selector
 */
function consumerMapSigns(rows: readonly RawArea[]): string[] {
	const has = (property: string) => rows.some(({ properties }) => Object.hasOwn(properties, property));
	const beside = ['acroutes', 'childrenNum', 'subFeatureIndex', 'centroid', 'citycode'].filter(has);
	return has('adcode') && beside.length > 0 ? ['adcode', ...beside] : [];
}

function sayShift(shift: Shift, findings: Findings): void {
	findings.say(`lies_off_${compassPoint(shift.bearing)}`, 'warning', 1, {
		metres: tens(shift.metres),
		before: percent(shift.fitBefore),
		after: percent(shift.fitAfter)
	});
}

/** How far GCJ-02 read as WGS-84 would lie off here; 0 outside China. */
function shiftOfChina(corners: readonly Position[]): number {
	const at = corners[corners.length >> 1];
	if (!at) return 0;
	const [lng, lat] = moveToWgs84(at, 'gcj02');
	const east = (lng - at[0]) * 111_320 * Math.cos((at[1] * Math.PI) / 180);
	return Math.hypot(east, (lat - at[1]) * 111_320);
}

/** Corners, and a place every 60 m or so between them: a long straight border along a street is many places on it. */
function borderPlaces(corners: readonly Position[]): Float64Array {
	const places: number[] = [];
	for (const [i, [lng, lat]] of corners.entries()) {
		const before = corners[i - 1];
		places.push(lng, lat);
		if (!before || places.length > 400_000) continue;
		const [dx, dy] = [lng - before[0], lat - before[1]];
		const parts = Math.floor(Math.hypot(dx, dy) / 0.0006);
		// Farther apart than any border's two corners: the step to the next ring.
		if (parts > 50) continue;
		for (let part = 1; part < parts; part++) {
			places.push(before[0] + (dx * part) / parts, before[1] + (dy * part) / parts);
		}
	}
	return Float64Array.from(places);
}

function percent(share: number): number {
	return Math.round(share * 100);
}

function tens(metres: number): number {
	return metres < 10_000 ? Math.round(metres / 10) * 10 : Math.round(metres / 1000) * 1000;
}
