import { call, type Client } from '#lib/database/client.server.ts';
import { bare, type Elsewhere, type Rule, type RuleBook, type RuleCategory, type Trial } from './rule.ts';

// The calls about dispatch rules, each under the identity of the person asking: who may draft and who may approve the database judges.

export function readRuleBook(client: Client, version: number | null = null): Promise<RuleBook> {
	return call<RuleBook>(client, 'dispatch_rules', version === null ? {} : { version });
}

/** What rules are made of: categories, units and areas by name. */
export async function readRuleParts(client: Client) {
	const [{ categories }, { units }, { areas }] = await Promise.all([
		call<{ categories: RuleCategory[] }>(client, 'categories'),
		call<{ units: { id: number; key: string; name: string; name_en: string | null }[] }>(client, 'units'),
		call<{ areas: { id: number; key: string; kind: string; name: string; name_en: string | null }[] }>(
			client,
			'areas'
		)
	]);
	return {
		categories,
		units,
		// Nobody is sent by a permitted line; outlines stay where they are.
		areas: areas
			.filter(({ kind }) => kind !== 'permitted_line')
			.map(({ id, key, kind, name, name_en }) => ({ id, key, kind, name, name_en }))
	};
}
export type RuleParts = Awaited<ReturnType<typeof readRuleParts>>;

/** Saves the whole list as the draft's next revision. `revision` is the one that was changed; null: there was no draft. */
export function saveRules(client: Client, rules: readonly Rule[], revision: number | null) {
	return call<{ rule_set: string; revision: number }>(client, 'save_dispatch_rules', {
		rules: rules.map(bare),
		...(revision === null ? {} : { expected_revision: revision })
	});
}

export function withdrawRules(client: Client, ruleSet: string) {
	return call(client, 'withdraw_dispatch_rules', { rule_set: ruleSet });
}

export function applyRules(
	client: Client,
	request: { rule_set: string; revision: number; in_force_from: string | null; note: string | null }
) {
	const { rule_set, revision, in_force_from, note } = request;
	return call<{ version: number }>(client, 'apply_dispatch_rules', {
		rule_set,
		expected_revision: revision,
		...(in_force_from ? { in_force_from } : {}),
		...(note ? { note } : {})
	});
}

export function tryRules(client: Client, days: number): Promise<Trial> {
	return call<Trial>(client, 'try_dispatch_rules', { days });
}

export function readElsewhere(client: Client): Promise<Elsewhere> {
	return call<Elsewhere>(client, 'would_go_elsewhere');
}
