import type { RequestEvent } from '@sveltejs/kit';
import { reading } from '#lib/cases/desk.server.ts';
import { call, staffClient, type Client } from '#lib/database/client.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { Role, Session } from '#lib/staff/staff.ts';

/** Who drafts rules; putting them in force is an administrator's, which the database judges. */
export const ruleRoles: readonly Role[] = ['dispatcher', 'office', 'admin'];

export function ruleWriter(event: RequestEvent): { staff: Session; client: Client } {
	const staff = requireStaff(event, ruleRoles);
	return { staff, client: staffClient(staff.accessToken) };
}

/** Reads for one of these pages, under the name of the person asking. */
export function readingRules<T>(
	event: RequestEvent,
	work: (client: Client, staff: Session) => Promise<T>
): Promise<T> {
	const { client, staff } = ruleWriter(event);
	return reading(event.locals.language, () => work(client, staff));
}

export async function timeZoneOf(client: Client): Promise<string> {
	return (await call<{ time_zone: string }>(client, 'city')).time_zone;
}
