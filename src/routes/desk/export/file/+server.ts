import { AsyncLocalStorage } from 'node:async_hooks';
import { redirect } from '@sveltejs/kit';
import { readChoices, readCity } from '#lib/cases/cases.server.ts';
import { filterText } from '#lib/cases/case-filter-words.ts';
import { deskRoles } from '#lib/cases/desk.server.ts';
import { readFilters, writeFilters } from '#lib/cases/filters.ts';
import { exportList } from '#lib/cases/list-export.server.ts';
import { mediaTypes } from '#lib/city/tables/write-table.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { m } from '#lib/i18n/messages.ts';
import { localDay } from '#lib/live/local-day.ts';
import { answering } from '#lib/reports/problem-document.ts';
import { readCity as readDemo } from '#lib/staff/demo.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { wordsOf } from '#lib/cases/words.ts';
import { readForm } from '#server/form.ts';
import type { RequestHandler } from './$types';

/** The list as a file, by the list's own filter. A POST: that somebody took it out is written down. */
export const POST: RequestHandler = (event) =>
	answering(event.locals.language, async () => {
		const { accessToken } = requireStaff(event, deskRoles);
		const form = await readForm(event.request);
		const filters = readFilters(new URLSearchParams(wordsOf(form, 'query') ?? ''), 'cases');
		const first = { ...filters, list: 'cases' as const, cases: { ...filters.cases, after: null } };
		const format = wordsOf(form, 'format') === 'csv' ? 'csv' : 'xlsx';
		const words = form.has('words') ? { purpose: wordsOf(form, 'purpose') ?? '' } : null;
		const [choices, { categories }, city] = await Promise.all([
			readChoices(accessToken),
			readCity(),
			readDemo()
		]);
		const names = { ...choices, categories };
		const pieces = exportList(accessToken, {
			filter: first.cases,
			filterText: filterText(first.cases, names),
			format,
			words,
			city
		});
		// A refusal comes with the first piece, while the answer can still say so.
		let next: IteratorResult<Uint8Array> | undefined;
		try {
			next = await pieces.next();
		} catch (problem) {
			if (!(problem instanceof ApiProblem) || problem.code !== 'purpose_needed') throw problem;
			redirect(303, `/desk/export?${writeFilters(first)}&format=${format}&refused=purpose_needed`);
		}
		// Whoever reads the body does so outside of this request, whose language the words are in.
		const inRequest = AsyncLocalStorage.snapshot();
		const body = new ReadableStream<Uint8Array>({
			async pull(controller) {
				const { value, done } = next ?? (await inRequest(() => pieces.next()));
				next = undefined;
				if (done) controller.close();
				else controller.enqueue(value);
			},
			async cancel() {
				await pieces.return(undefined);
			}
		});
		const day = localDay(new Date(), city.time_zone);
		// Invented data says so wherever it goes.
		const mark = city.is_demo ? '演示数据-' : '';
		const called = encodeURIComponent(`${mark}${city.name}-${m.lists_file_sheet()}-${day}.${format}`);
		return new Response(body, {
			headers: {
				'content-type': mediaTypes[format],
				'content-disposition': `attachment; filename="kerbside-list-${day}.${format}"; filename*=UTF-8''${called}`,
				'cache-control': 'private, no-store',
				vary: 'cookie'
			}
		});
	});
