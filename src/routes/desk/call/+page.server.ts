import { fail } from '@sveltejs/kit';
import { uuidv7 } from 'uuidv7';
import { decideReport, readCity } from '#lib/cases/cases.server.ts';
import { reading } from '#lib/cases/desk.server.ts';
import { requestIdFor } from '#lib/cases/deciding.server.ts';
import { refusalOf } from '#lib/cases/refusal.ts';
import { decimalOf, isUuid, typedIn, uuidOf, wordsOf } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { seal } from '#lib/particulars/particulars.server.ts';
import { searchStreets } from '#lib/reports/places.server.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { acceptReport } from '#lib/reports/reports.server.ts';
import { onlyStreet } from '#lib/reports/street-list.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { readForm } from '#server/form.ts';
import { onlyCategory } from './call.ts';
import type { Actions, PageServerLoad } from './$types';

/** How far off a place may be that is only known by its street. */
const streetAccuracy = 200;

export const load: PageServerLoad = async (event) => {
	requireStaff(event, ['registrar']);
	return reading(event.locals.language, async () => {
		const city = await readCity();
		const categories = city.categories
			.filter(({ parent }) => parent !== null)
			.map(({ code, name, name_en }) => ({ code, name, name_en }));
		return {
			callId: uuidv7(),
			begunAt: new Date().toISOString(),
			categories,
			streets: { version: city.streets_version, bbox: city.bbox, center: city.center }
		};
	});
};

interface Merged {
	case_number?: string;
	not_merged?: string;
}

async function placeIn(form: FormData) {
	const [lng, lat] = [decimalOf(form, 'lng'), decimalOf(form, 'lat')];
	const accuracy_m = decimalOf(form, 'accuracy_m');
	if (lng !== null && lat !== null) {
		const isPin = form.get('location_source') === 'pin';
		return {
			...{ lng, lat, accuracy_m: isPin ? null : (accuracy_m ?? streetAccuracy) },
			location_source: isPin ? 'pin' : 'typed'
		};
	}
	const typed = wordsOf(form, 'street') ?? '';
	const street = onlyStreet(await searchStreets(typed), typed);
	if (!street) throw new ApiProblem(422, 'street_unclear', { field: 'street' });
	return { ...street.point, accuracy_m: streetAccuracy, location_source: 'typed' };
}

export const actions: Actions = {
	/** Registers a call as a report of the hotline, and adds it to a case that is known, when one was chosen. */
	send: async (event) => {
		const { accessToken } = requireStaff(event, ['registrar']);
		const { language } = event.locals;
		let form = new FormData();
		try {
			form = await readForm(event.request);
			const { categories } = await readCity();
			const leaves = categories.filter(({ parent }) => parent !== null);
			const category = onlyCategory(leaves, wordsOf(form, 'category') ?? '');
			if (!category) throw new ApiProblem(422, 'category_unclear', { field: 'category' });
			const phone = wordsOf(form, 'phone');
			const caller = phone ? seal('phone', phone, 'phone') : undefined;
			const id = uuidOf(form, 'id') ?? uuidv7();
			const report = {
				id,
				category: category.code,
				...(await placeIn(form)),
				observed_at: wordsOf(form, 'begun_at') ?? new Date().toISOString(),
				description: wordsOf(form, 'description') ?? '',
				photos: []
			};
			const address = event.getClientAddress();
			const receipt = await acceptReport(report, {
				...({ source: 'hotline', level: 0, address, accessToken } as const),
				...(caller && { caller })
			});
			const { number, code, pin } = receipt;
			const caseId = uuidOf(form, 'case_id');
			const merged: Merged = isUuid(caseId) ? await mergedInto(id, caseId) : {};
			return { call: { id, number, code, pin, ...merged } };
		} catch (problem) {
			if (!(problem instanceof ApiProblem) || problem.status >= 500) throw problem;
			const refusal = refusalOf(problem, 'call', typedIn(form), language);
			return fail(problem.status, { refusal: withField(refusal, problem) });
		}

		/** The call is registered already: that it could not be added is said, and takes nothing away. */
		async function mergedInto(id: string, case_id: string): Promise<Merged> {
			const request = { decision: 'merge', case_id, category: null, reason_code: null, note: null } as const;
			try {
				const decided = await decideReport(accessToken, id, {
					...{ ...request, despite_lease: null },
					request_id: requestIdFor(id, case_id)
				});
				return { case_number: decided.case_number ?? undefined };
			} catch (problem) {
				if (!(problem instanceof ApiProblem)) throw problem;
				return { not_merged: problemSentence(problem.code, language, problem.detail) };
			}
		}
	}
};

/** The fields of a report that was refused, as the form names them. */
function withField<R extends { field: string | null; sentence: string }>(refusal: R, problem: ApiProblem): R {
	const { errors } = problem.detail;
	const pointer = Array.isArray(errors) ? String((errors[0] as { pointer?: unknown })?.pointer ?? '') : '';
	const field = /^\/(lng|lat)/.test(pointer) ? 'street' : pointer.slice(1) || refusal.field;
	return { ...refusal, field: field === 'lng' ? 'street' : field };
}
