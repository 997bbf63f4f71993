import { error, fail, redirect } from '@sveltejs/kit';
import { addPart, mostBytes, openUpload } from '#lib/city/admin/uploads.server.ts';
import { call } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { m } from '#lib/i18n/messages.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { readForm } from '#server/form.ts';
import { administrator, wordsOf } from '../admin.server.ts';
import { look } from './job.server.ts';
import { isKind } from './kinds.ts';
import type { Actions, PageServerLoad } from './$types';

interface ImportRow {
	id: string;
	kind: string;
	source: string;
	started_at: string;
	finished_at: string | null;
	added: number;
	changed: number;
	unchanged: number;
	gone: number;
	rejected: number;
	is_superseded: boolean;
}

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	const kind = event.url.searchParams.get('kind');
	const [{ imports }, city] = await Promise.all([
		call<{ imports: ImportRow[] }>(client, 'imports', { max_rows: 40 }),
		call<{ time_zone: string; is_demo: boolean; name: string; has_streets: boolean }>(client, 'city')
	]);
	return {
		imports,
		place: { timeZone: city.time_zone, isDemo: city.is_demo, name: city.name, hasStreets: city.has_streets },
		kind: isKind(kind) ? kind : city.has_streets ? 'areas' : 'city',
		mostBytes
	};
};

export const actions: Actions = {
	default: async (event) => {
		const { staff, client } = administrator(event);
		let words: Record<string, string> = {};
		let token: string;
		try {
			const form = await readForm(event.request);
			words = wordsOf(form);
			const file = form.get('file');
			const { kind, ...options } = words;
			if (!isKind(kind)) error(400, { message: m.shell_error_other(), code: 'bad_request' });
			if (!(file instanceof File) || file.size === 0) {
				return fail(400, { problem: m.admin_file_needed(), words });
			}
			if (kind === 'city') {
				const { is_demo } = await call<{ is_demo: boolean }>(client, 'city');
				if (is_demo) return fail(409, { problem: m.admin_demo_keeps_its_streets(), words });
			}
			const upload = await openUpload({ owner: staff.id, kind, name: file.name, options, size: file.size });
			await addPart(upload, 0, new Uint8Array(await file.arrayBuffer()));
			look(client, upload);
			token = upload.token;
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			const tooLarge = problem.status === 413;
			return fail(problem.status, {
				problem: tooLarge ? m.admin_file_too_large() : problemSentence(problem.code, event.locals.language),
				words
			});
		}
		redirect(303, `/admin/imports/${token}`);
	}
};
