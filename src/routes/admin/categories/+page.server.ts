import { randomUUID } from 'node:crypto';
import { fail } from '@sveltejs/kit';
import { call } from '#lib/database/client.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { administrator, answering } from '../admin.server.ts';
import type { Actions, PageServerLoad } from './$types';

interface CategoryRow {
	code: string;
	parent: string | null;
	name: string;
	name_en: string;
	is_tile: boolean;
	is_active: boolean;
	handle_working_hours: number;
	duplicate_radius_m: number;
	duplicate_days: number;
	recurrence_radius_m: number;
	recurrence_days: number;
	default_unit: string | null;
}

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	const [{ categories }, { units }] = await Promise.all([
		call<{ categories: CategoryRow[] }>(client, 'categories'),
		call<{ units: { key: string; name: string; name_en: string | null }[] }>(client, 'units')
	]);
	return { categories, units };
};

const problems: Record<string, () => string> = {
	bad_code: m.admin_category_bad_code,
	name_missing: m.admin_name_needed,
	bad_number: m.admin_category_bad_number,
	unknown_parent: m.admin_category_parent_unknown,
	unknown_unit: m.admin_unit_parent_unknown
};
const numbers = [
	'handle_working_hours',
	'duplicate_radius_m',
	'duplicate_days',
	'recurrence_radius_m',
	'recurrence_days'
] as const;

export const actions: Actions = {
	default: (event) =>
		answering(event, async (words, client) => {
			const category = {
				code: words.code?.toUpperCase(),
				parent: words.parent,
				name: words.name,
				name_en: words.name_en,
				default_unit: words.default_unit || null,
				is_tile: words.is_tile !== undefined,
				is_active: words.is_active !== undefined,
				...Object.fromEntries(numbers.map((name) => [name, words[name] || null]))
			};
			const { rejected } = await call<{ rejected: { problem: string }[] }>(client, 'import_categories', {
				import: { id: randomUUID(), source: m.admin_by_hand({}, { locale: 'zh-CN' }), datum: 'wgs84' },
				categories: [category]
			});
			const [refusal] = rejected;
			if (refusal) return fail(422, { problem: problems[refusal.problem]?.() ?? refusal.problem, words });
			return { said: m.admin_saved() };
		})
};
