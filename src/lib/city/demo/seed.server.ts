import { createHash } from 'node:crypto';
import type { Home } from '#lib/database/home.server.ts';
import { importAreas, importBaseFeatures, importStreets, readCity, setCity } from '../city.server.ts';
import { demoDistrict } from './district.ts';
import { seedDemoPhotos } from './photos.server.ts';

/** Draws the built-in district into an empty city. Leaves a city that has streets as it is. */
export async function seedDemoCity(home: Home): Promise<void> {
	if ((await readCity(home)).has_streets) return;
	const district = demoDistrict();
	const sha256 = createHash('sha256').update(JSON.stringify(district)).digest('hex');
	const source = { source: '演示数据 / demo data', sha256, complete: true };
	await setCity(home, district.city);
	await importBaseFeatures(home, source, district.features);
	await importAreas(home, source, district.areas);
	await seedDemoPhotos(home);
	// Streets last: the city counts as drawn only when everything else is there, so a start cut short begins again.
	await importStreets(home, source, district.segments);
}
