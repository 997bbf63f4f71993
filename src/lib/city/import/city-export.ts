import { call, type Client } from '#lib/database/client.server.ts';
import type { SegmentImport } from './shapes.ts';

/**
 * The city's current streets as GeoJSON, in pieces of text: lines with `key`, `class`, `oneway`, end nodes `u` and `v`,
 * in WGS-84 as stored. Importing what this wrote changes nothing.
 */
export async function* streetsAsGeoJson(client: Client): AsyncGenerator<string> {
	yield '{"type":"FeatureCollection","features":[';
	let isFirst = true;
	let after: number | null = 0;
	while (after !== null) {
		const page: { segments: SegmentImport[]; next: number | null } = await call(client, 'export_streets', {
			after
		});
		for (const {
			key,
			street_key,
			name,
			name_en,
			oneway,
			from_junction,
			to_junction,
			line,
			...segment
		} of page.segments) {
			const feature = {
				type: 'Feature',
				properties: {
					key,
					...(street_key === null ? {} : { street_key }),
					name,
					name_en,
					class: segment.class,
					oneway,
					u: from_junction,
					v: to_junction
				},
				geometry: { type: 'LineString', coordinates: line }
			};
			yield `${isFirst ? '\n' : ',\n'}${JSON.stringify(feature)}`;
			isFirst = false;
		}
		after = page.next;
	}
	yield '\n]}\n';
}
