import { call, staffClient } from '#lib/database/client.server.ts';
import type { PackedPoints } from './points.ts';

/** Places of the newest reports of the last `days` days, on street lines, as the person with this token may see them. */
export function readPoints(accessToken: string, days: number): Promise<PackedPoints> {
	return call<PackedPoints>(staffClient(accessToken), 'wall_points', { days });
}
