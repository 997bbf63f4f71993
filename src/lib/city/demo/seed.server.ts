import { createHash, randomUUID } from 'node:crypto';
import { call, serviceClient, type FunctionName } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import { workers } from '#lib/staff/personas.ts';
import { importAreas, readCity as readKnownCity } from '../city.server.ts';
import { applyCity, readCity } from '../import/city-import.ts';
import { townAreas } from './areas.ts';
import { townZone } from './district.ts';
import { townCampaign, townFacilities, townHours, townUnits } from './office.ts';
import { seedDemoPhotos } from './photos.server.ts';
import { townName, townOsm } from './town.ts';

export const demoSource = '演示数据 / demo data';

/** Brings the demo town into an empty city, as a real one is brought in. Leaves a city that has streets as it is. */
export async function seedDemoCity(home: Home): Promise<void> {
	if ((await readKnownCity(home)).has_streets) return;
	const client = serviceClient(home);
	const bytes = new TextEncoder().encode(townOsm());
	const reading = readCity({ name: 'demo-town.osm', bytes });
	// Awaited further down: until then nobody else hears of its failure.
	reading.catch(() => {});
	const header = () => ({
		id: randomUUID(),
		source: demoSource,
		datum: 'wgs84',
		file_sha256: createHash('sha256').update(bytes).digest('hex'),
		complete: true
	});
	const put = (name: FunctionName, rows: Record<string, unknown>) =>
		call(client, name, { import: header(), ...rows });
	await put('import_units', { units: townUnits });
	await put('import_calendar', { days: [], hours: townHours });
	const { source, file_sha256: sha256, complete } = header();
	await importAreas(home, { source, sha256, complete }, townAreas());
	await put('import_facilities', { facilities: townFacilities() });
	await call(client, 'set_campaign', { campaign: townCampaign(new Date()) });
	for (const { id, login, name, role, unit } of workers) {
		const roles = [{ role, ...(unit ? { unit } : {}) }];
		await call(client, 'upsert_staff', { staff: { id, login, name, roles } });
	}
	await seedDemoPhotos(home);
	// Streets last: the city counts as drawn only when everything else is there, so a start cut short begins again.
	await applyCity(client, await reading, {
		source: demoSource,
		name: townName.name,
		nameEn: townName.nameEn,
		timeZone: townZone,
		attribution: demoSource,
		isDemo: true
	});
}
