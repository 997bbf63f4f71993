import { describe, expect, it } from 'vitest';
import { claimsToSend } from './photo-claims.ts';

const now = Date.parse('2026-03-15T08:00:00Z');
const minutes = (count: number) => now - count * 60_000;
const tags = { taken_at: '2026-03-15T07:00:00.000Z', lng: 119.46, lat: 32.79, accuracy_m: 5 };
const here = { lng: 119.5, lat: 32.8, accuracy_m: 12 };

describe('what a photo claims when it is sent', () => {
	it('is what its tags said', () => {
		expect(claimsToSend(tags, null, now, now)).toEqual(tags);
	});

	it('is the place of the device where somebody attaches it', () => {
		expect(claimsToSend(tags, here, now, now)).toEqual({ ...here, taken_at: tags.taken_at });
	});

	it('is the time of a fresh file where there is no tag and the place is attached', () => {
		expect(claimsToSend({}, here, minutes(5), now)).toEqual({
			...here,
			taken_at: '2026-03-15T07:55:00.000Z'
		});
		expect(claimsToSend({}, here, minutes(20), now)).toEqual(here);
		expect(claimsToSend({}, null, minutes(5), now)).toEqual({});
	});

	it('is an old time as well: what it does not prove is the server’s to say', () => {
		const taken_at = '2024-01-01T00:00:00.000Z';
		expect(claimsToSend({ taken_at }, here, minutes(1), now)).toEqual({ ...here, taken_at });
	});

	it.each(['1969-12-31T23:00:00.000Z', '2026-03-15T09:00:00.000Z'])(
		'is no time that nobody may claim (%s), nor another in its stead',
		(taken_at) => {
			expect(claimsToSend({ taken_at }, here, minutes(1), now)).toEqual(here);
		}
	);
});
