import { describe, expect, it } from 'vitest';
import { MAX_AGE_MS, MAX_AHEAD_MS, parseReport } from './report.ts';

const NOW = Date.parse('2026-06-01T04:00:00Z');
const SHA = 'ab'.repeat(32);
const whole = {
	id: '019f0000-0000-7000-8000-000000000001',
	category: '0551',
	lng: 119.42,
	lat: 32.78,
	accuracy_m: 12,
	location_source: 'device',
	observed_at: '2026-06-01T11:59:00+08:00',
	description: '占道洗车',
	photos: [{ sha256: SHA, role: 'near' }]
};

function errorsOf(change: Record<string, unknown>) {
	const parsed = parseReport({ ...whole, ...change }, NOW);
	return parsed.ok ? [] : parsed.errors;
}

describe('a report as it is sent in', () => {
	it('is accepted whole, its time kept as UTC', () => {
		const parsed = parseReport(whole, NOW);
		expect(parsed).toEqual({ ok: true, report: { ...whole, observed_at: '2026-06-01T03:59:00.000Z' } });
	});

	it('needs neither accuracy nor description nor photos', () => {
		const { accuracy_m, description, photos, ...least } = whole;
		void [accuracy_m, description, photos];
		expect(parseReport(least, NOW)).toMatchObject({
			ok: true,
			report: { accuracy_m: null, description: '', photos: [] }
		});
	});

	it('keeps line breaks and makes them the same on every system', () => {
		const parsed = parseReport({ ...whole, description: 'one\r\ntwo\rthree\tfour' }, NOW);
		expect(parsed.ok && parsed.report.description).toBe('one\ntwo\nthree\tfour');
	});

	it('counts characters, not code units', () => {
		expect(errorsOf({ description: '😀'.repeat(2000) })).toEqual([]);
		expect(errorsOf({ description: 'x'.repeat(2001) })).toEqual([
			{ pointer: '/description', code: 'too_long' }
		]);
	});

	it.each([
		[
			'an id that is not a UUID of version 7',
			{ id: '019f0000-0000-4000-8000-000000000001' },
			'/id',
			'bad_id'
		],
		['a missing id', { id: undefined }, '/id', 'field_missing'],
		['a category of another kind', { category: { a: 1 } }, '/category', 'unknown_category'],
		['a longitude that is text', { lng: '119.4' }, '/lng', 'not_a_number'],
		['an endless latitude', { lat: Number.POSITIVE_INFINITY }, '/lat', 'not_a_number'],
		['a latitude that is no number', { lat: Number.NaN }, '/lat', 'not_a_number'],
		['a negative accuracy', { accuracy_m: -1 }, '/accuracy_m', 'bad_accuracy'],
		['an accuracy of a country', { accuracy_m: 10_001 }, '/accuracy_m', 'bad_accuracy'],
		[
			'an unknown location source',
			{ location_source: 'import' },
			'/location_source',
			'unknown_location_source'
		],
		['a time without an offset', { observed_at: '2026-06-01T11:59:00' }, '/observed_at', 'bad_time'],
		['a day that does not exist', { observed_at: '2026-02-30T11:59:00Z' }, '/observed_at', 'bad_time'],
		['an hour that does not exist', { observed_at: '2026-06-01T25:00:00Z' }, '/observed_at', 'bad_time'],
		['a NUL in the description', { description: 'a\0b' }, '/description', 'unreadable_characters'],
		['an escape sequence', { description: '\u001b[2J' }, '/description', 'unreadable_characters'],
		['half a surrogate pair', { description: 'a\ud800b' }, '/description', 'unreadable_characters'],
		['photos that are no list', { photos: { length: 1 } }, '/photos', 'not_a_list'],
		[
			'a photo twice',
			{ photos: [SHA, SHA].map((sha256) => ({ sha256, role: 'near' })) },
			'/photos',
			'photo_twice'
		],
		['a photo without a role', { photos: [{ sha256: SHA }] }, '/photos/0/role', 'field_missing'],
		[
			'a photo of an unknown role',
			{ photos: [{ sha256: SHA, role: 'x' }] },
			'/photos/0/role',
			'unknown_photo_role'
		],
		[
			'a hash that is too short',
			{ photos: [{ sha256: 'ab', role: 'near' }] },
			'/photos/0/sha256',
			'bad_sha256'
		],
		['an unknown field', { plate: '苏K12345' }, '/plate', 'unknown_field']
	])('is refused with %s', (_, change, pointer, code) => {
		const sent = Object.entries({ ...whole, ...change }).filter(([, value]) => value !== undefined);
		const parsed = parseReport(Object.fromEntries(sent), NOW);
		expect(parsed).toEqual({ ok: false, errors: [{ pointer, code }] });
	});

	const withPhoto = (claims: Record<string, unknown>) => ({
		photos: [{ sha256: SHA, role: 'near', ...claims }]
	});

	it('keeps what a photo said of itself, its time as UTC', () => {
		const parsed = parseReport(
			{
				...whole,
				...withPhoto({ taken_at: '2026-06-01T11:58:00+08:00', lng: 119.4, lat: 32.7, accuracy_m: 8 })
			},
			NOW
		);
		const claims = { taken_at: '2026-06-01T03:58:00.000Z', lng: 119.4, lat: 32.7, accuracy_m: 8 };
		expect(parsed.ok && parsed.report.photos).toEqual([{ sha256: SHA, role: 'near', ...claims }]);
	});

	it("keeps the device's own place, why there is one photo, and the case it may be", () => {
		const more = {
			fix: { lng: 119.43, lat: 32.79, accuracy_m: 30 },
			wide_skipped: 'unsafe',
			suggested_case: '01900000-0000-7000-8000-000000000001'
		};
		const parsed = parseReport({ ...whole, ...more }, NOW);
		expect(parsed.ok && parsed.report).toMatchObject(more);
	});

	it('says the same whether what is not asked everywhere is null or left out', () => {
		const parsed = parseReport({ ...whole, fix: null, wide_skipped: null, suggested_case: null }, NOW);
		expect(parsed).toEqual(parseReport(whole, NOW));
		expect(parsed.ok && Object.keys(parsed.report)).not.toContain('fix');
	});

	it.each<[string, Record<string, unknown>, string, string]>([
		['half a fix', { fix: { lng: 119.4, lat: 32.7 } }, '/fix/accuracy_m', 'field_missing'],
		['a fix beyond the pole', { fix: { lng: 119.4, lat: 91, accuracy_m: 1 } }, '/fix/lat', 'bad_coordinates'],
		[
			'a fix of a country',
			{ fix: { lng: 1, lat: 1, accuracy_m: 10_001 } },
			'/fix/accuracy_m',
			'bad_accuracy'
		],
		['more in the fix', { fix: { lng: 1, lat: 1, accuracy_m: 1, alt: 3 } }, '/fix/alt', 'unknown_field'],
		['an unknown reason for one photo', { wide_skipped: 'lazy' }, '/wide_skipped', 'unknown_reason'],
		['a case that is no id', { suggested_case: 'E0551' }, '/suggested_case', 'bad_case'],
		['half a place of a photo', withPhoto({ lng: 119.4 }), '/photos/0', 'half_a_place'],
		['a photo off the earth', withPhoto({ lng: 181, lat: 0 }), '/photos/0/lng', 'bad_coordinates'],
		['a photo without a day', withPhoto({ taken_at: '2026:06:01' }), '/photos/0/taken_at', 'bad_time'],
		[
			'a photo of year nought',
			withPhoto({ taken_at: '0000-01-01T00:00:00Z' }),
			'/photos/0/taken_at',
			'bad_time'
		],
		[
			'a photo after the last year',
			withPhoto({ taken_at: '9999-12-31T23:59:00-14:00' }),
			'/photos/0/taken_at',
			'bad_time'
		],
		['a null for a claim', withPhoto({ accuracy_m: null }), '/photos/0/accuracy_m', 'not_a_number'],
		['more about a photo', withPhoto({ camera: 'x' }), '/photos/0/camera', 'unknown_field']
	])('is refused with %s', (_, change, pointer, code) => {
		expect(errorsOf(change)).toEqual([{ pointer, code }]);
	});

	it('has at most six photos', () => {
		const photos = Array.from({ length: 7 }, (_, i) => ({ sha256: String(i).repeat(64), role: 'near' }));
		expect(errorsOf({ photos })).toEqual([{ pointer: '/photos', code: 'too_many_photos' }]);
		expect(errorsOf({ photos: photos.slice(1) })).toEqual([]);
	});

	it('may be as old as an outbox, and ahead as far as a phone clock errs', () => {
		const at = (ms: number) => ({ observed_at: new Date(NOW + ms).toISOString() });
		expect(errorsOf(at(-MAX_AGE_MS))).toEqual([]);
		expect(errorsOf(at(-MAX_AGE_MS - 1))).toEqual([{ pointer: '/observed_at', code: 'time_too_old' }]);
		expect(errorsOf(at(MAX_AHEAD_MS))).toEqual([]);
		expect(errorsOf(at(MAX_AHEAD_MS + 1))).toEqual([{ pointer: '/observed_at', code: 'time_in_the_future' }]);
	});

	it.each([[null], [[]], ['text'], [7], [true]])('is refused when it is %j', (input) => {
		expect(parseReport(input, NOW).ok).toBe(false);
	});

	it('names every field that is wrong', () => {
		expect(errorsOf({ lng: 'x', lat: 'y' }).map((error) => error.pointer)).toEqual(['/lng', '/lat']);
	});
});
