import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { dropUpload, findUpload, isWhole, retell } from '#lib/city/admin/uploads.server.ts';
import { describeRejection } from '#lib/city/import/importer.ts';
import { RefusedFile } from '#lib/city/import/refused-file.ts';
import { readMapping, writeMapping } from '#lib/cases/history/mapping.ts';
import { call } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { m } from '#lib/i18n/messages.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { readForm } from '#server/form.ts';
import { administrator, wordsOf } from '../../admin.server.ts';
import { confirm, isTaken, look, mappingOf, previewOf, progressOf, takePasswords } from '../job.server.ts';
import { explain } from './explain.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { staff, client } = administrator(event);
	event.depends('kerbside:import');
	const { token } = event.params;
	let progress = progressOf(token, staff.id);
	const upload = await findUpload(token, staff.id);
	if (!progress) {
		if (!upload || !(await isWhole(upload)))
			error(404, { message: m.admin_upload_gone(), code: 'not_found' });
		// The server was restarted meanwhile, or the draft was let go: the file is still here.
		look(client, upload);
		progress = progressOf(token, staff.id)!;
	} else if (!upload && progress.phase !== 'done' && progress.phase !== 'writing') {
		error(404, { message: m.admin_upload_gone(), code: 'not_found' });
	}
	const city = await call<{
		bbox: [number, number, number, number] | null;
		streets_version: string;
		is_demo: boolean;
	}>(client, 'city');
	const mapping = mappingOf(token);
	const { findings, summary, problem, applied, phase, done, of, refused, startedAt } = progress;
	return {
		token,
		kind: progress.kind,
		name: progress.name,
		options: upload?.options ?? {},
		phase,
		done,
		of,
		refused,
		seconds: Math.round((Date.now() - startedAt) / 1000),
		applied: applied && {
			...applied,
			rejected: applied.rejected
				.slice(0, 50)
				.map((one) => ({ key: one.key, sentence: describeRejection(one, m) })),
			rejectedInAll: applied.rejected.length
		},
		...explain(findings, summary),
		problem: problem && problemSentence(problem, event.locals.language),
		preview: phase === 'ready' || phase === 'refused' ? previewOf(token) : null,
		mapping: mapping && writeMapping(mapping),
		passwords: phase === 'done' ? takePasswords(token) : [],
		place: { bbox: city.bbox, version: city.streets_version, isDemo: city.is_demo }
	};
};

/** Null: what came is no form. */
async function formWords({ request }: RequestEvent, most?: number): Promise<Record<string, string> | null> {
	try {
		return wordsOf(await readForm(request), most);
	} catch (problem) {
		if (problem instanceof ApiProblem) return null;
		throw problem;
	}
}

export const actions: Actions = {
	confirm: async (event) => {
		const { staff, client } = administrator(event);
		const words = await formWords(event);
		if (!words) return fail(400, { problem: m.shell_error_other() });
		const upload = await findUpload(event.params.token, staff.id);
		const progress = progressOf(event.params.token, staff.id);
		if (!upload || !progress) return fail(404, { problem: m.admin_upload_gone() });
		const leaveOut = words.leave_out !== undefined;
		const isFaulty = progress.refused > 0 || (progress.applied?.rejected.length ?? 0) > 0;
		if (isFaulty && !leaveOut) return fail(409, { problem: m.admin_faults_first() });
		if (progress.phase === 'ready') confirm(client, upload, leaveOut);
		redirect(303, `/admin/imports/${upload.token}`);
	},

	/** The same file, told otherwise: its columns, its datum. */
	again: async (event) => {
		const { staff, client } = administrator(event);
		const words = await formWords(event, 200_000);
		if (!words) return fail(400, { problem: m.shell_error_other() });
		const upload = await findUpload(event.params.token, staff.id);
		if (!upload) return fail(404, { problem: m.admin_upload_gone() });
		if (isTaken(upload.token)) return fail(409, { problem: m.admin_import_under_way() });
		if (words.mapping !== undefined) {
			try {
				readMapping(words.mapping);
			} catch (problem) {
				if (!(problem instanceof RefusedFile)) throw problem;
				return fail(422, {
					problem: explain(problem.findings, []).findings[0]!.sentence,
					mapping: words.mapping
				});
			}
		}
		look(client, await retell(upload, words));
		redirect(303, `/admin/imports/${upload.token}`);
	},

	drop: async (event) => {
		const { staff } = administrator(event);
		const upload = await findUpload(event.params.token, staff.id);
		if (upload && isTaken(upload.token)) return fail(409, { problem: m.admin_import_under_way() });
		if (upload) await dropUpload(upload.token);
		redirect(303, '/admin/imports');
	}
};
