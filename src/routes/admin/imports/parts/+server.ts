import { error, json } from '@sveltejs/kit';
import { mostBytes, openUpload } from '#lib/city/admin/uploads.server.ts';
import { call } from '#lib/database/client.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { administrator } from '../../admin.server.ts';
import { isKind } from '../kinds.ts';
import type { RequestHandler } from './$types';

/** Announces a file that comes in parts: {kind, name, size, …the form's words} → {token}. */
export const POST: RequestHandler = async (event) => {
	const { staff, client } = administrator(event);
	const told: unknown = await event.request.json().catch(() => null);
	const words = typeof told === 'object' && told !== null ? (told as Record<string, unknown>) : {};
	const { kind, name, size, ...rest } = words;
	if (!isKind(kind) || typeof name !== 'string' || !Number.isInteger(size) || (size as number) <= 0) {
		error(400, { message: m.shell_error_other(), code: 'bad_request' });
	}
	if ((size as number) > mostBytes) error(413, { message: m.admin_file_too_large(), code: 'too_large' });
	if (kind === 'city' && (await call<{ is_demo: boolean }>(client, 'city')).is_demo) {
		error(409, { message: m.admin_demo_keeps_its_streets(), code: 'refused' });
	}
	const options = Object.fromEntries(
		Object.entries(rest).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
	);
	const { token } = await openUpload({ owner: staff.id, kind, name, options, size: size as number });
	return json({ token });
};
