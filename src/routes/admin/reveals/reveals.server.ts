import { call, staffClient } from '#lib/database/client.server.ts';

export interface Reveal {
	id: string;
	at: string;
	person: string;
	role: string | null;
	role_en: string | null;
	kind: 'phone' | 'plate' | 'name' | 'address';
	subject: 'report' | 'case' | 'site' | 'vehicle';
	report_number: number | null;
	case_number: string | null;
	site: string | null;
	vehicle_id: string | null;
	reason_code: string;
	reason: string;
	reason_en: string;
	note: string | null;
	erased_at: string | null;
}

export interface Reveals {
	total: number;
	people: { id: string; name: string; n: number }[];
	reveals: Reveal[];
}

const day = /^\d{4}-\d\d-\d\d$/;
const word = /^[a-z_]{2,30}$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the address asks for; what it cannot mean is left out. */
export function readRevealFilters(params: URLSearchParams) {
	const given = (name: string, form: RegExp) => {
		const value = params.get(name) ?? '';
		return form.test(value) ? value : null;
	};
	return {
		from_day: given('from', day),
		to_day: given('to', day),
		kind: given('kind', word),
		reason_code: given('reason', word),
		staff_id: given('person', uuid)
	};
}

export function readReveals(
	accessToken: string,
	filters: ReturnType<typeof readRevealFilters>,
	max_rows: number,
	after: string | null
): Promise<Reveals> {
	const args = { ...filters, max_rows, after: after && uuid.test(after) ? after : null };
	return call<Reveals>(
		staffClient(accessToken),
		'reveals',
		Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null))
	);
}
