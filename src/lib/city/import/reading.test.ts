import { expect, test } from 'vitest';
import { osmXml } from '#test/support/osm.ts';
import type { CityDraft } from './city-draft.ts';
import { nothingKnown } from './known.ts';
import { readInWorker } from './reading.ts';
import { RefusedFile } from './refused-file.ts';

const street = osmXml({
	nodes: [
		{ id: 1, lng: 119.46, lat: 32.79 },
		{ id: 2, lng: 119.461, lat: 32.79 }
	],
	ways: [{ id: 10, refs: [1, 2], tags: { highway: 'primary', name: '金桥路' } }]
});
const file = (text: string) => ({ name: 'town.osm', bytes: new TextEncoder().encode(text) });

test('a file is read in a thread, and its draft comes back as it was made', async () => {
	const draft = await readInWorker<CityDraft>('city', file(street), {}, nothingKnown());
	expect(draft).toMatchObject({ kind: 'city', refused: 0, segments: [{ key: 'w10:1-2', name: '金桥路' }] });
});

test('a refusal comes back as one, with what it said', async () => {
	const reading = readInWorker('city', file('<gpx/>'), {}, nothingKnown());
	await expect(reading).rejects.toThrow(RefusedFile);
	await expect(reading).rejects.toMatchObject({
		findings: [{ code: 'xml_not_osm', detail: { root: 'gpx' } }]
	});
});

test('reading that takes too long is ended and refused', async () => {
	const reading = readInWorker('city', file(street), {}, nothingKnown(), { memoryMb: 256, seconds: 0.001 });
	await expect(reading).rejects.toMatchObject({ findings: [{ code: 'file_takes_too_long' }] });
});

test('reading that needs more memory than it may have is ended and refused', async () => {
	const ways = Array.from(
		{ length: 150_000 },
		(_, i) => `<way id="${i + 1}"><nd ref="1"/><nd ref="2"/></way>`
	);
	const named = ways.map((way, i) =>
		way.replace('</way>', `<tag k="highway" v="primary"/><tag k="name" v="${i}"/></way>`)
	);
	const much = street.replace('</osm>', `${named.join('')}</osm>`);
	const reading = readInWorker('city', file(much), {}, nothingKnown(), { memoryMb: 24, seconds: 60 });
	await expect(reading).rejects.toMatchObject({ findings: [{ code: 'file_needs_too_much_memory' }] });
});
