import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { describeFinding, type Finding } from '#lib/city/import/importer.ts';
import { RefusedFile } from '#lib/city/import/refused-file.ts';
import type { Client } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { categoriesWithoutUnit, ruleFaults } from '#lib/dispatch/rule-faults.ts';
import { readRules } from '#lib/dispatch/rule-file.ts';
import { fieldsOfForm, fieldsOfRule, noRule, ruleOfFields } from '#lib/dispatch/rule-form.ts';
import { reordered, type ListedRule, type Rule } from '#lib/dispatch/rule.ts';
import { readRuleBook, readRuleParts, saveRules, withdrawRules } from '#lib/dispatch/rules.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { hasRole } from '#lib/staff/staff.ts';
import { readForm } from '#server/form.ts';
import { readingRules, ruleWriter, timeZoneOf } from './dispatch.server.ts';
import type { Actions, PageServerLoad } from './$types';

const own = (rules: readonly ListedRule[]) => rules.filter(({ built_in }) => built_in === null);

export const load: PageServerLoad = (event) =>
	readingRules(event, async (client, staff) => {
		const asked = Number(event.url.searchParams.get('version')) || null;
		const [book, parts, timeZone] = await Promise.all([
			readRuleBook(client, asked),
			readRuleParts(client),
			timeZoneOf(client)
		]);
		const { draft } = book;
		const isDraft = draft !== null && asked === null && !event.url.searchParams.has('in_force');
		const rules = isDraft ? draft.list : book.rules;
		const position = Number(event.url.searchParams.get('edit')) || null;
		const edited = rules.find((rule) => rule.position === position && rule.built_in === null) ?? null;
		return {
			book: { ...book, draft: draft && { ...draft, list: [] } },
			rules,
			isDraft,
			/** An earlier version is looked at, not changed. */
			version: asked,
			editing: edited?.position ?? null,
			fields: edited ? fieldsOfRule(edited) : noRule,
			faults: ruleFaults(rules, parts.categories),
			withoutUnit: categoriesWithoutUnit(rules, parts.categories),
			parts,
			timeZone,
			isAdmin: hasRole(staff, 'admin')
		};
	});

/** Changes the list as it stands in the draft, or in force when there is none, and saves it as the draft's next revision. */
async function changing(
	event: RequestEvent,
	about: string,
	change: (rules: Rule[], form: FormData, client: Client) => Promise<Rule[]> | Rule[]
) {
	const { client } = ruleWriter(event);
	let form = new FormData();
	try {
		form = await readForm(event.request);
		const book = await readRuleBook(client);
		// The form knows the revision it was made from; somebody may have saved another since.
		const seen = Number(form.get('revision')) || null;
		if (seen !== (book.draft?.revision ?? null)) throw new ApiProblem(409, 'rules_changed');
		const rules = await change(own(book.draft?.list ?? book.rules), form, client);
		await saveRules(client, rules, seen);
	} catch (problem) {
		if (problem instanceof RefusedFile)
			return fail(422, {
				about,
				problem: m.dispatch_file_refused(),
				findings: sentences(problem.findings, event)
			});
		if (!(problem instanceof ApiProblem)) throw problem;
		return fail(problem.status >= 500 ? 503 : problem.status, {
			about,
			problem: problemSentence(problem.code, event.locals.language, problem.detail),
			fields: fieldsOfForm(form),
			position: Number(form.get('position')) || null
		});
	}
	redirect(303, '/admin/dispatch');
}

function sentences(
	findings: readonly (Parameters<typeof describeFinding>[0] & Partial<Pick<Finding, 'examples'>>)[],
	event: RequestEvent
) {
	return findings.map((finding) => {
		const { language } = event.locals;
		const said = describeFinding(finding, m, language);
		const rows = (finding.examples ?? []).flatMap(({ row, text }) => {
			if (row === null) return [];
			return text ? m.dispatch_file_row_text({ row, text }) : m.dispatch_file_row({ row });
		});
		return { said, rows };
	});
}

const numberIn = (form: FormData, name: string) => Number(form.get(name)) || 0;

export const actions: Actions = {
	save: (event) =>
		changing(event, 'save', (rules, form) => {
			const position = numberIn(form, 'position');
			const rule = ruleOfFields(fieldsOfForm(form), rules[position - 1]?.id ?? null);
			return position ? rules.with(position - 1, rule) : [...rules, rule];
		}),

	remove: (event) =>
		changing(event, 'list', (rules, form) => rules.toSpliced(numberIn(form, 'position') - 1, 1)),

	move: (event) =>
		changing(event, 'list', (rules, form) =>
			reordered(rules, numberIn(form, 'position'), numberIn(form, 'to'))
		),

	file: (event) =>
		changing(event, 'file', async (_, form, client) => {
			const file = form.get('file');
			if (!(file instanceof File) || file.size === 0) throw new ApiProblem(422, 'rules_file_needed');
			const bytes = new Uint8Array(await file.arrayBuffer());
			const { rules, findings, refused } = await readRules(
				{ name: file.name, bytes },
				await readRuleParts(client)
			);
			// Nothing half: one row that cannot be read, and the draft stays as it is.
			if (refused > 0) throw new RefusedFile(findings);
			return rules;
		}),

	withdraw: async (event) => {
		const { client } = ruleWriter(event);
		try {
			const form = await readForm(event.request);
			await withdrawRules(client, String(form.get('rule_set')));
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			const sentence = problemSentence(problem.code, event.locals.language, problem.detail);
			return fail(problem.status, { about: 'list', problem: sentence });
		}
		redirect(303, '/admin/dispatch');
	}
};
