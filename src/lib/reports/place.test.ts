import { describe, expect, it } from 'vitest';
import { disagreement, metresBetween, placeToSend, type Place } from './place.ts';

const at = (lng: number, lat: number, source: Place['source'], accuracy_m: number | null = 10): Place => ({
	lng,
	lat,
	accuracy_m,
	source
});
const photo = at(119.42, 32.78, 'photo', null);
const fix = at(119.4202, 32.78, 'device');
const pin = at(119.43, 32.78, 'pin');

describe('the place of a report', () => {
	it('is measured in metres', () => {
		// One degree of latitude is 111.2 km on this sphere; of longitude at 60° half of it.
		expect(metresBetween({ lng: 0, lat: 0 }, { lng: 0, lat: 1 })).toBeCloseTo(111_195, -1);
		expect(metresBetween({ lng: 0, lat: 60 }, { lng: 1, lat: 60 })).toBeCloseTo(55_597, -2);
		expect(metresBetween(fix, fix)).toBe(0);
	});

	it.each([
		['the pin above all', { pin, photo, fix, preferred: 'device' as const }, pin],
		["the photo's place before the phone's", { pin: null, photo, fix, preferred: null }, photo],
		["the phone's when the person says so", { pin: null, photo, fix, preferred: 'device' as const }, fix],
		[
			"the phone's when the photo has none",
			{ pin: null, photo: null, fix, preferred: 'photo' as const },
			fix
		],
		['nothing when nothing is known', { pin: null, photo: null, fix: null, preferred: null }, null]
	])('is %s', (_, places, place) => {
		expect(placeToSend(places)).toBe(place);
	});

	it('is asked about when photo and phone are far apart', () => {
		expect(disagreement({ photo, fix: at(119.4235, 32.78, 'device') })).toBeCloseTo(327, -1);
	});

	it('is not asked about when they are near, or as near as the fix is good', () => {
		expect(disagreement({ photo, fix })).toBeNull();
		expect(disagreement({ photo, fix: at(119.4235, 32.78, 'device', 400) })).toBeNull();
		expect(disagreement({ photo: null, fix })).toBeNull();
	});
});
