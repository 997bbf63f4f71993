import { openBoard } from '../open-board.server.ts';
import { boardTable } from '#lib/closure/board-export.ts';
import { readFigures } from '#lib/closure/board.server.ts';
import { readBoard, sortLines } from '#lib/closure/board.ts';
import { wordBoard } from '#lib/closure/board-word.ts';
import { writeWordBoard } from '#lib/closure/board-word.server.ts';
import { filtersSaid } from '#lib/closure/numbers/filter-words.ts';
import { mediaTypes, writeTable } from '#lib/city/tables/write-table.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { m } from '#lib/i18n/messages.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import type { RequestHandler } from './$types';

const formats = ['csv', 'xlsx', 'docx'] as const;
const types = {
	...mediaTypes,
	docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
};

/** The board of the same address as a file; `format` is csv, xlsx or docx. */
export const GET: RequestHandler = (event) =>
	answering(event.locals.language, async () => {
		const { accessToken, city, ground, filters } = await openBoard(event);
		const { answer } = await readFigures(accessToken, filters, city, ground);
		if (!answer) throw new ApiProblem(422, 'bad_value', { field: 'from' });
		const board = readBoard(answer, filters.indicator, filters.rule);
		const sorted = sortLines(
			board.lines,
			filters.sort,
			filters.indicator,
			new Intl.Collator(event.locals.language)
		);
		const said = filtersSaid(filters, { ...ground, categories: city.categories });
		const asked = event.url.searchParams.get('format');
		const format = formats.find((one) => one === asked) ?? 'csv';
		const { columns, rows } = boardTable(answer, sorted, filters.indicator, filters.rule, said);
		const file =
			format === 'docx'
				? await writeWordBoard(wordBoard(answer, sorted, filters, said, city.time_zone))
				: writeTable(format, columns, rows, { sheet: m.board_title() });
		const name = `${m.board_title()}-${answer.by}-${answer.period.from_day}-${answer.period.to_day}.${format}`;
		return new Response(file as BodyInit, {
			headers: {
				'content-type': types[format],
				'content-disposition': `attachment; filename="board.${format}"; filename*=UTF-8''${encodeURIComponent(name)}`,
				'cache-control': 'no-store'
			}
		});
	});

export const fallback: RequestHandler = otherMethods('GET, HEAD');
