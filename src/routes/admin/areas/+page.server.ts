import type { FeatureCollection, Geometry } from 'geojson';
import { call } from '#lib/database/client.server.ts';
import { administrator } from '../admin.server.ts';
import type { PageServerLoad } from './$types';

interface AreaRow {
	id: number;
	key: string;
	kind: string;
	name: string;
	name_en: string | null;
	unit: string | null;
	unit_en: string | null;
	geometry: Geometry;
}

function countsOf(search: URLSearchParams): { moved: number; stayed: number } | null {
	const [moved, stayed] = ['moved', 'stayed'].map((name) => {
		const text = search.get(name) ?? '';
		return /^\d{1,9}$/.test(text) ? Number(text) : null;
	});
	return moved == null || stayed == null ? null : { moved, stayed };
}

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	const [{ areas }, city, closed] = await Promise.all([
		call<{ areas: AreaRow[] }>(client, 'areas'),
		call<{ bbox: [number, number, number, number] | null; streets_version: string; is_demo: boolean }>(
			client,
			'city'
		),
		call<{ areas: { id: number; kind: string; name: string; name_en: string | null; gone_at: string }[] }>(
			client,
			'closed_areas'
		)
	]);
	const kind = event.url.searchParams.get('kind');
	const kinds = [...new Set(areas.map((area) => area.kind))].sort();
	const shown = kind && kinds.includes(kind) ? areas.filter((area) => area.kind === kind) : areas;
	const features: FeatureCollection = {
		type: 'FeatureCollection',
		features: shown
			.slice(0, 3000)
			.map(({ name, geometry }) => ({ type: 'Feature', properties: { role: 'area', name }, geometry }))
	};
	return {
		areas: shown.map(({ geometry: _, ...area }) => area),
		kinds: kinds.map((name) => ({ kind: name, count: areas.filter((area) => area.kind === name).length })),
		kind: kind && kinds.includes(kind) ? kind : null,
		closed: closed.areas,
		/** How many cases a save elsewhere moved, and how many it left: said once, beside the list. */
		saved: countsOf(event.url.searchParams),
		total: areas.length,
		features,
		place: { bbox: city.bbox, version: city.streets_version, isDemo: city.is_demo }
	};
};
