import { describe, expect, it } from 'vitest';
import { mapHref, namesSomebody, plainQuery, readPlace, writePlace } from './search.ts';

describe('what is searched for', () => {
	it.each([
		['  金桥路 ', '金桥路'],
		['Ｅ０５５１', 'E0551'],
		[null, ''],
		['长'.repeat(200), '长'.repeat(80)]
	])('%j is read as %j', (typed, plain) => {
		expect(plainQuery(typed)).toBe(plain);
	});
});

describe('a query that names somebody', () => {
	it.each([
		'苏K12345',
		'苏k·12345',
		'沪AD12345',
		'粤B1234警',
		'皖A 1234挂',
		'13912345678',
		'+86 139-1234-5678',
		'0086 13912345678'
	])('%j is one', (text) => {
		expect(namesSomebody(plainQuery(text))).toBe(true);
	});

	it.each([
		'',
		'金桥路',
		'E0551202611220003',
		'202611220003',
		'#1994',
		'苏州路',
		'Jinqiao Road 12',
		'苏果超市A12',
		'2026-11-22',
		'12345'
	])('%j is none', (text) => {
		expect(namesSomebody(plainQuery(text))).toBe(false);
	});
});

describe('a place in an address', () => {
	it('comes back as it was written, to a metre', () => {
		expect(readPlace(writePlace({ lng: 119.4312345, lat: 32.7812345 }))).toEqual({
			lng: 119.43123,
			lat: 32.78123
		});
	});

	it.each(['', 'x', '120', '120,95', '181,10', '120.1,33.2,4', '1e2,3', 'NaN,NaN', null])(
		'%j is none',
		(text) => {
			expect(readPlace(text)).toBeNull();
		}
	);

	it('leads to the street’s row where there are no scripts', () => {
		expect(mapHref({ lng: 119.43, lat: 32.78 }, 12)).toBe('/?at=119.43000,32.78000&street=12#street-12');
		expect(mapHref(null, 12)).toBe('/#street-12');
	});
});
