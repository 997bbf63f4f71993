import { cityNow } from '#lib/database/city-now.server.ts';
import { formatOf, mediaTypes, writeTable } from '#lib/city/tables/write-table.ts';
import { formatTime } from '#lib/i18n/messages.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { readRevealFilters, readReveals, type Reveal } from '../reveals.server.ts';
import type { RequestHandler } from './$types';

const PAGE = 5000;

/** Who had what revealed, as a table: never what was revealed. */
export const GET: RequestHandler = async (event) => {
	const { accessToken } = requireStaff(event, ['data_officer']);
	const format = formatOf(`.${event.url.searchParams.get('format') ?? 'csv'}`) === 'xlsx' ? 'xlsx' : 'csv';
	const { time_zone } = await cityNow<{ time_zone: string }>();
	const filters = readRevealFilters(event.url.searchParams);
	const reveals: Reveal[] = [];
	for (let page: Reveal[] = []; reveals.length === 0 || page.length === PAGE; reveals.push(...page)) {
		({ reveals: page } = await readReveals(accessToken, filters, PAGE, reveals.at(-1)?.id ?? null));
		if (page.length === 0) break;
	}
	const columns = ['时间', '人员', '角色', '信息类别', '对象', '编号', '原因', '说明'];
	const rows = reveals.map((one) => ({
		时间: formatTime(one.at, time_zone, 'zh-CN'),
		人员: one.person,
		角色: one.role,
		信息类别: one.kind,
		对象: one.subject,
		编号: one.case_number ?? one.report_number ?? one.site ?? one.vehicle_id,
		原因: one.reason,
		说明: one.note
	}));
	return new Response(writeTable(format, columns, rows, { sheet: '查看记录' }) as Uint8Array<ArrayBuffer>, {
		headers: {
			'content-type': mediaTypes[format],
			'content-disposition': `attachment; filename="reveals.${format}"`,
			'cache-control': 'private, no-store'
		}
	});
};
