import { describe, expect, it } from 'vitest';
import {
	disagreement,
	metresBetween,
	movedBy,
	placeToSend,
	sharpness,
	windFrom,
	windOf,
	type Place
} from './place.ts';

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

describe('a step on the ground', () => {
	const kerb = { lng: 119.42, lat: 32.78 };

	it.each([
		['north', 0, 5, 0],
		['east', 5, 0, 2],
		['south', 0, -5, 4],
		['west', -5, 0, 6],
		['north-west', -25, 25, 7]
	])('to the %s leads there', (_, east, north, wind) => {
		const there = movedBy(kerb, east, north);
		expect(metresBetween(kerb, there)).toBeCloseTo(Math.hypot(east, north), 1);
		expect(windFrom(kerb, there)).toBe(wind);
	});

	it('back again ends where it began', () => {
		const back = movedBy(movedBy(kerb, 5, 5), -5, -5);
		expect(metresBetween(kerb, back)).toBeLessThan(0.02);
	});

	it.each([
		[0, 0],
		[359, 0],
		[-45, 7],
		[180, 4],
		[720, 0]
	])('at a bearing of %d° is wind %d', (bearing, wind) => {
		expect(windOf(bearing)).toBe(wind);
	});

	it.each([
		[null, 'sharp'],
		[25, 'sharp'],
		[26, 'fair'],
		[80, 'fair'],
		[1500, 'vague']
	])('from a fix within %s m begins from a %s one', (metres, word) => {
		expect(sharpness(metres)).toBe(word);
	});
});
