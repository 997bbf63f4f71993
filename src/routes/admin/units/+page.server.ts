import { randomUUID } from 'node:crypto';
import { fail } from '@sveltejs/kit';
import { call } from '#lib/database/client.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { administrator, answering } from '../admin.server.ts';
import type { Actions, PageServerLoad } from './$types';

interface UnitRow {
	id: number;
	key: string;
	name: string;
	name_en: string | null;
	parent_id: number | null;
}

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	const { units } = await call<{ units: UnitRow[] }>(client, 'units');
	return { units: inTreeOrder(units) };
};

/** Everyone below whom they belong to, with how deep they stand. */
function inTreeOrder(units: UnitRow[]): (UnitRow & { depth: number; parent: string | null })[] {
	const keys = new Map(units.map(({ id, key }) => [id, key]));
	const ordered: (UnitRow & { depth: number; parent: string | null })[] = [];
	const add = (parent: number | null, depth: number) => {
		for (const unit of units.filter(({ parent_id }) => parent_id === parent)) {
			ordered.push({ ...unit, depth, parent: parent === null ? null : (keys.get(parent) ?? null) });
			add(unit.id, depth + 1);
		}
	};
	add(null, 0);
	return ordered;
}

const problems: Record<string, () => string> = {
	name_missing: m.admin_name_needed,
	unknown_parent: m.admin_unit_parent_unknown,
	own_parent: m.admin_unit_own_parent
};

export const actions: Actions = {
	default: (event) =>
		answering(event, async (words, client) => {
			const unit = {
				key: words.key || words.name,
				name: words.name,
				name_en: words.name_en || null,
				parent: words.parent || null
			};
			const { rejected } = await call<{ rejected: { problem: string }[] }>(client, 'import_units', {
				import: { id: randomUUID(), source: m.admin_by_hand({}, { locale: 'zh-CN' }), datum: 'wgs84' },
				units: [unit]
			});
			const [refusal] = rejected;
			if (refusal) return fail(422, { problem: problems[refusal.problem]?.() ?? refusal.problem, words });
			return { said: m.admin_saved() };
		})
};
