import { daysAsked } from '#lib/closure/board.server.ts';
import { caseTable } from '#lib/closure/numbers/case-export.ts';
import { definitionOf } from '#lib/closure/numbers/definitions.ts';
import { partsOf } from '#lib/closure/numbers/definition-words.ts';
import { filtersSaid } from '#lib/closure/numbers/filter-words.ts';
import { partAsked, readNumber } from '#lib/closure/numbers/number.server.ts';
import { mediaTypes, writeTable } from '#lib/city/tables/write-table.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import type { RequestHandler } from './$types';
import { openBoard } from '../../../board/open-board.server.ts';

/** As many as the database answers for in one go. */
const most = 1000;

/** The cases behind a number as CSV, or Excel with `format=xlsx`: the newest thousand, as far as the person may see them. */
export const GET: RequestHandler = (event) =>
	answering(event.locals.language, async () => {
		const { accessToken, city, ground, filters } = await openBoard(event);
		const definition = definitionOf(event.params.id);
		if (!definition) throw new ApiProblem(404, 'not_found');
		const days = daysAsked(filters, ground);
		if (typeof days === 'string') throw new ApiProblem(422, 'bad_value', { field: 'from' });
		const { searchParams } = event.url;
		const part = partAsked(partsOf(definition), searchParams.get('part'));
		const number = await readNumber(accessToken, filters, days, part, city, ground, most);
		const said = filtersSaid(filters, { ...ground, categories: city.categories });
		const { columns, rows } = caseTable(definition, number, said, { ...ground, categories: city.categories });
		const format = searchParams.get('format') === 'xlsx' ? 'xlsx' : 'csv';
		return new Response(writeTable(format, columns, rows) as BodyInit, {
			headers: {
				'content-type': mediaTypes[format],
				'content-disposition': `attachment; filename="${definition.id}.${format}"`,
				'cache-control': 'no-store'
			}
		});
	});

export const fallback: RequestHandler = otherMethods('GET, HEAD');
