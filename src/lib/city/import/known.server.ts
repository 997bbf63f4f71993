import { call, type Client } from '#lib/database/client.server.ts';
import { packStreets, type Known, type KnownArea, type LooseSegment } from './known.ts';

const pageSize = 5000;

interface CityAnswer {
	name: string;
	name_en: string | null;
	bbox: [number, number, number, number] | null;
	center: [number, number] | null;
	time_zone: string;
	is_demo: boolean;
	has_streets: boolean;
	categories:
		{ code: string; parent: string | null; name: string; name_en: string | null; is_leaf: boolean }[] | null;
}

interface BasemapPage {
	version: string;
	segments: LooseSegment[];
	next: number | null;
}

interface AreaRow {
	id: number;
	kind: KnownArea['kind'];
	name: string;
	name_en: string | null;
	unit_id: number | null;
	geometry: KnownArea['geometry'];
}

/** What the city holds now, for a reader. The client is the web server's own or an administrator's. */
export async function loadKnown(client: Client): Promise<Known> {
	const city = await call<CityAnswer>(client, 'city');
	const { units } = await call<{
		units: { id: number; key: string; name: string; name_en: string | null; parent_id: number | null }[];
	}>(client, 'units');
	const { areas } = await call<{ areas: AreaRow[] }>(client, 'areas');
	const closed = await call<{ areas: { id: number }[] }>(client, 'closed_areas');
	const segments = await loadSegments(client);
	return {
		city: {
			name: city.name,
			nameEn: city.name_en,
			bbox: city.bbox,
			center: city.center,
			timeZone: city.time_zone,
			isDemo: city.is_demo,
			hasStreets: city.has_streets
		},
		categories: (city.categories ?? []).map(({ code, parent, name, name_en, is_leaf }) => ({
			code,
			parent,
			name,
			nameEn: name_en,
			isLeaf: is_leaf
		})),
		units: units.map(({ id, key, name, name_en, parent_id }) => ({
			id,
			key,
			name,
			nameEn: name_en,
			parentId: parent_id
		})),
		areas: areas.map(({ id, kind, name, name_en, unit_id, geometry }) => ({
			id,
			kind,
			name,
			nameEn: name_en,
			unitId: unit_id,
			geometry
		})),
		closedAreas: closed.areas.map(({ id }) => id),
		streets: packStreets(segments)
	};
}

/** All current segments of one version of the city. */
export async function loadSegments<Segment extends LooseSegment>(client: Client): Promise<Segment[]> {
	for (;;) {
		const segments: Segment[] = [];
		let version: string | null = null;
		let after: number | null = 0;
		while (after !== null) {
			const page: BasemapPage = await call(client, 'basemap', { after, max_rows: pageSize });
			// An import finished between two pages: what was read so far is of another version. Begin again.
			if (version !== null && page.version !== version) break;
			version = page.version;
			segments.push(...(page.segments as Segment[]));
			after = page.next;
		}
		if (after === null) return segments;
	}
}
