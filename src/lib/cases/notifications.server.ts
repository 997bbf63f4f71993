import { call, staffClient } from '#lib/database/client.server.ts';
import type { Notification } from './notification.ts';

/** The reader's own, the newest first; `before` an older one. */
export function readNotifications(accessToken: string, before: number | null, rows: number) {
	const args = { max_rows: rows, ...(before !== null && { before }) };
	return call<{ unseen: number; notifications: Notification[] }>(
		staffClient(accessToken),
		'notifications',
		args
	);
}

export async function countUnseen(accessToken: string): Promise<number> {
	return (await call<{ unseen: number }>(staffClient(accessToken), 'unseen', {})).unseen;
}

/** Marks the reader's own as seen, up to the newest they were shown. */
export function seeNotifications(accessToken: string, up_to: number) {
	return call<{ seen: number }>(staffClient(accessToken), 'see_notifications', { up_to });
}
