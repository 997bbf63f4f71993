import { call, staffClient } from '#lib/database/client.server.ts';
import type { Role } from '#lib/staff/staff.ts';
import type { WallSnapshot } from './wall.ts';

/** Who may stand before the wall; the database judges every call by the same roles. */
export const wallRoles: readonly Role[] = ['wall', 'admin', 'registrar', 'dispatcher', 'closer', 'office'];

/** Everything the wall shows, as the person with this token may see it. */
export function readWall(accessToken: string): Promise<WallSnapshot> {
	return call<WallSnapshot>(staffClient(accessToken), 'wall');
}
