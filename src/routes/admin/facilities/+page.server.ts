import type { FeatureCollection } from 'geojson';
import { call } from '#lib/database/client.server.ts';
import { administrator } from '../admin.server.ts';
import type { Facility } from './facility.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	const [{ facilities }, city] = await Promise.all([
		call<{ facilities: Facility[] }>(client, 'facilities'),
		call<{ bbox: [number, number, number, number] | null; streets_version: string; is_demo: boolean }>(
			client,
			'city'
		)
	]);
	const features: FeatureCollection = {
		type: 'FeatureCollection',
		features: facilities.slice(0, 3000).map(({ name, lng, lat }) => ({
			type: 'Feature',
			properties: { role: 'point', name },
			geometry: { type: 'Point', coordinates: [lng, lat] }
		}))
	};
	const count = (outcome: string) => facilities.filter((one) => one.outcome === outcome).length;
	return {
		facilities,
		features,
		outcomes: { closed: count('closed'), rebuilt: count('rebuilt'), relocated: count('relocated') },
		said: event.url.searchParams.has('saved'),
		place: { bbox: city.bbox, version: city.streets_version, isDemo: city.is_demo }
	};
};
