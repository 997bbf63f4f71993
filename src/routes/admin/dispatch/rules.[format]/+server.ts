import { error } from '@sveltejs/kit';
import { ruleColumns, ruleRecords } from '#lib/dispatch/rule-file.ts';
import { readRuleBook, readRuleParts } from '#lib/dispatch/rules.server.ts';
import { mediaTypes, writeTable } from '#lib/city/tables/write-table.ts';
import { readingRules } from '../dispatch.server.ts';
import type { RequestHandler } from './$types';

/** `GET /admin/dispatch/rules.xlsx`, `rules.csv`: the draft, or the rules in force when there is none; reads back in as it is. */
export const GET: RequestHandler = (event) => {
	const { format } = event.params;
	if (format !== 'csv' && format !== 'xlsx') error(404);
	return readingRules(event, async (client) => {
		const [{ draft, rules }, parts] = await Promise.all([readRuleBook(client), readRuleParts(client)]);
		const records = ruleRecords(draft?.list ?? rules, parts).map((record) =>
			Object.fromEntries(ruleColumns.map(({ field, zh }) => [zh, record[field]]))
		);
		const headings = ruleColumns.map(({ zh }) => zh);
		const body = writeTable(format, headings, records, { sheet: '派遣规则' });
		return new Response(Buffer.from(body), {
			headers: {
				'content-type': mediaTypes[format],
				'content-disposition': `attachment; filename="kerbside-dispatch-rules.${format}"; filename*=UTF-8''${encodeURIComponent(`派遣规则.${format}`)}`,
				'cache-control': 'private, no-store',
				vary: 'cookie'
			}
		});
	});
};
