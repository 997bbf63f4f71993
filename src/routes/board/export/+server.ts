import { boardTable } from '#lib/closure/board-export.ts';
import { readBoardFilters } from '#lib/closure/board-filters.ts';
import { boardRoles, readBoardCity, readFigures } from '#lib/closure/board.server.ts';
import { readBoard, sortLines } from '#lib/closure/board.ts';
import { mediaTypes, writeTable } from '#lib/city/tables/write-table.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { m } from '#lib/i18n/messages.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { RequestHandler } from './$types';

/** The board of the same address as a file; `format` is csv or xlsx. */
export const GET: RequestHandler = (event) => {
	const { accessToken } = requireStaff(event, boardRoles);
	const { searchParams } = event.url;
	return answering(event.locals.language, async () => {
		const city = await readBoardCity();
		const filters = readBoardFilters(searchParams, city.categories);
		const { answer } = await readFigures(accessToken, filters, city.time_zone);
		if (!answer) throw new ApiProblem(422, 'bad_value', { field: 'from' });
		const { lines } = readBoard(answer, filters.indicator, filters.rule);
		const sorted = sortLines(
			lines,
			filters.sort,
			filters.indicator,
			new Intl.Collator(event.locals.language)
		);
		const { columns, rows } = boardTable(answer, sorted, filters.indicator);
		const format = searchParams.get('format') === 'xlsx' ? 'xlsx' : 'csv';
		const name = `${m.board_title()}-${answer.by}-${answer.period.from_day}-${answer.period.to_day}.${format}`;
		return new Response(writeTable(format, columns, rows, { sheet: m.board_title() }) as BodyInit, {
			headers: {
				'content-type': mediaTypes[format],
				'content-disposition': `attachment; filename="board.${format}"; filename*=UTF-8''${encodeURIComponent(name)}`,
				'cache-control': 'no-store'
			}
		});
	});
};

export const fallback: RequestHandler = otherMethods('GET, HEAD');
