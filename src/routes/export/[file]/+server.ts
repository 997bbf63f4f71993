import { error } from '@sveltejs/kit';
import { exportKinds, exportPieces, formatsOf, TooLongForExcel } from '#lib/city/office/exports.server.ts';
import { formatOf, mediaTypes } from '#lib/city/tables/write-table.ts';
import { staffClient } from '#lib/database/client.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { localDay } from '#lib/live/local-day.ts';
import { answering } from '#lib/reports/problem-document.ts';
import { readCity } from '#lib/staff/demo.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { RequestHandler } from './$types';

const names = {
	streets: '路段',
	areas: '责任区',
	cases: '案件',
	facilities: '设施',
	units: '责任单位',
	categories: '类别',
	calendar: '工作日历',
	staff: '人员',
	shifts: '班次',
	retention: '保留期限'
};

/**
 * `GET /export/streets.geojson`, `/export/cases.csv` …: what the person who asks may see, as a file that reads back in.
 * The database judges every page of it by that person's own session.
 */
export const GET: RequestHandler = async (event) => {
	const staff = requireStaff(event);
	const { file } = event.params;
	const format = formatOf(file);
	const kind = exportKinds.find((known) => file === `${known}.${format}`);
	if (!format || !kind || !formatsOf(kind).includes(format)) error(404);

	return answering(event.locals.language, async () => {
		const { name, time_zone, is_demo } = await readCity();
		const pieces = exportPieces(staffClient(staff.accessToken), kind, format);
		// A refusal comes with the first piece, while the answer can still say so.
		let first: IteratorResult<Uint8Array> | undefined;
		try {
			first = await pieces.next();
		} catch (problem) {
			if (!(problem instanceof TooLongForExcel)) throw problem;
			return new Response(m.office_too_long_for_excel({ key: problem.key }), {
				status: 422,
				headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }
			});
		}
		const body = new ReadableStream<Uint8Array>({
			async pull(controller) {
				const { value, done } = first ?? (await pieces.next());
				first = undefined;
				if (done) controller.close();
				else controller.enqueue(value);
			},
			async cancel() {
				await pieces.return(undefined);
			}
		});
		const day = localDay(new Date(), time_zone);
		// Invented data says so wherever it goes.
		const mark = is_demo ? '演示数据-' : '';
		const chinese = encodeURIComponent(`${mark}${name}-${names[kind]}-${day}.${format}`);
		return new Response(body, {
			headers: {
				'content-type': mediaTypes[format],
				'content-disposition': `attachment; filename="kerbside-${kind}-${day}.${format}"; filename*=UTF-8''${chinese}`,
				'cache-control': 'private, no-store',
				vary: 'cookie'
			}
		});
	});
};
