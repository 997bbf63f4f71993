import { cityNow } from '#lib/database/city-now.server.ts';
import { anonClient, call, staffClient } from '#lib/database/client.server.ts';
import type { Role } from '#lib/staff/staff.ts';
import type { Around } from './around.ts';
import type { Ground, GroundSegment } from './brush/ground.ts';
import type { SpotsPage } from './brush/spots.ts';
import type { PackedPoints } from './points.ts';

/** Places of the newest reports of the last `days` days, on street lines, as the person with this token may see them. */
export function readPoints(accessToken: string, days: number): Promise<PackedPoints> {
	return call<PackedPoints>(staffClient(accessToken), 'wall_points', { days });
}

/** Who may read hotspots and forecasts; the database judges every call by the same roles. */
export const hotspotRoles: readonly Role[] = ['registrar', 'dispatcher', 'closer', 'office', 'wall', 'admin'];

/** Which streets the city's map has now. */
export function readHotspotCity(): Promise<{ streets_version: string }> {
	return cityNow<{ streets_version: string }>();
}

/** A page of reports as places and hours, from the one after number `after`. */
export function readSpots(accessToken: string, after: number): Promise<SpotsPage> {
	return call<SpotsPage>(staffClient(accessToken), 'hotspot_spots', { after });
}

export function readSurroundings(
	accessToken: string,
	place: { lng: number; lat: number; radius: number }
): Promise<Around> {
	return call<Around>(staffClient(accessToken), 'hotspot_surroundings', {
		lng: place.lng,
		lat: place.lat,
		radius_m: place.radius
	});
}

let kept: { version: string; segments: Promise<GroundSegment[]> } | null = null;

/** The streets of a version of the map, read once and kept until they change; and the hours patrols are out on them now. */
export async function readGround(accessToken: string): Promise<Ground> {
	const { streets_version: version } = await readHotspotCity();
	if (kept?.version !== version) {
		const segments = readSegments();
		kept = { version, segments };
		// What failed is not kept: the next request tries again.
		segments.catch(() => (kept = null));
	}
	const [segments, { segments: ids, hours }] = await Promise.all([
		kept!.segments,
		call<Ground['patrol']>(staffClient(accessToken), 'patrol_hours')
	]);
	return { version, segments, patrol: { segments: ids, hours } };
}

async function readSegments(): Promise<GroundSegment[]> {
	const all: GroundSegment[] = [];
	for (let after: number | null = 0; after !== null;) {
		const page: { segments: GroundSegment[]; next: number | null } = await call(anonClient(), 'basemap', {
			after,
			max_rows: 5000
		});
		for (const { id, street_id, name, name_en, line, length_m, from_junction, to_junction } of page.segments)
			all.push({ id, street_id, name, name_en, line, length_m, from_junction, to_junction });
		after = page.next;
	}
	return all;
}
