import { error, json } from '@sveltejs/kit';
import { addPart, findUpload, isWhole } from '#lib/city/admin/uploads.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { administrator } from '../../../admin.server.ts';
import { look, progressOf } from '../../job.server.ts';
import type { RequestHandler } from './$types';

/** One part, at the offset its header names → {here}: how many bytes have arrived. The last one starts the reading. */
export const POST: RequestHandler = async (event) => {
	const { staff, client } = administrator(event);
	const upload = await findUpload(event.params.token, staff.id);
	if (!upload) error(404, { message: m.shell_error_404(), code: 'not_found' });
	const offset = Number(event.request.headers.get('x-part-offset'));
	if (!Number.isInteger(offset) || offset < 0)
		error(400, { message: m.shell_error_other(), code: 'bad_request' });
	const here = await addPart(upload, offset, new Uint8Array(await event.request.arrayBuffer()));
	if ((await isWhole(upload)) && !progressOf(upload.token, staff.id)) look(client, upload);
	return json({ here });
};
