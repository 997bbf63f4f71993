import { ACTS, PERSONAS } from './personas.ts';
import type { TableCell } from './table.ts';

/** What a cell came to, as short as a column allows. */
const SHORT: Record<string, string> = {
	'PT404 not_found': 'unseen',
	'PT409 not_allowed_now': '·',
	'PT409 case_not_open': '·',
	'PT403 role_needed': 'role',
	'PT403 not_your_unit': 'unit',
	'PT403 dispatched_it': '**dispatched it**',
	'PT403 handled_it': '**handled it**',
	'PT403 verified_it': '**verified it**'
};
const short = (outcome: string) =>
	SHORT[outcome] ?? outcome.replace(/^becomes /, '→ ').replace(/^permission denied for function .*/, 'door');

/** The whole table, to read: one row per call, state and step, one column per role and ground, a part per act of one's own. */
export function writeTable(cells: TableCell[], came: string[]): string {
	const lines = [
		'# Every move × state × role',
		'',
		`${cells.length} cells, each carried out on a real database and undone. A case lies in duty grid A and is unit A's; "own", "other" and "above" say whose the person's unit or area is.`,
		"`→ closed` done · `role` no role for it · `unit` another unit's · `unseen` as if it were not there · `door` the call is closed to people · `·` not allowed in this state · **bold** refused for what they did on the case themselves",
		''
	];
	for (const act of ACTS) {
		lines.push(
			act === 'nothing' ? '## Who did nothing on the case yet' : `## Who did this on the case: ${act}`,
			''
		);
		const people = PERSONAS.filter(({ did }) => did === act);
		const titles = people.map(({ role, ground }) => [role, ground].filter(Boolean).join(' '));
		lines.push(`| call | state | step | ${titles.join(' | ')} |`, `|${'---|'.repeat(titles.length + 3)}`);
		const rows = new Map<string, string[]>();
		cells.forEach(({ call, state, step, persona }, i) => {
			if (persona.did !== act) return;
			const key = `${call.replace('api.', '')} | ${state} | ${step}`;
			const row = rows.get(key) ?? [];
			row[people.indexOf(persona)] = short(came[i]!);
			rows.set(key, row);
		});
		for (const [key, row] of rows) lines.push(`| ${key} | ${row.join(' | ')} |`);
		lines.push('');
	}
	return lines.join('\n');
}
