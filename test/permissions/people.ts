/** Who is tried: the database's role and, when signed in, whom the token names. The district plants the people. */
export const SIGNED_IN = [
	...['registrar', 'dispatcher', 'closer', 'office'],
	...['inspector_a', 'inspector_b', 'inspector_city', 'double_hat'],
	...['team_a', 'team_b', 'handler_a', 'bureau'],
	...['volunteer', 'data_officer', 'admin', 'wall', 'citizen'],
	...['expired', 'not_yet', 'inactive', 'nobody']
] as const;
export const PEOPLE = ['anon', ...SIGNED_IN, 'service_role'] as const;
export type Person = (typeof PEOPLE)[number];

/** Words for several people at once, as the tables of permissions use them. */
const GROUPS: Record<string, readonly Person[]> = {
	everyone: PEOPLE,
	signed_in: SIGNED_IN,
	desk: ['registrar', 'dispatcher', 'closer', 'office'],
	/** Accounts without a role that is valid today. */
	strangers: ['expired', 'not_yet', 'inactive', 'nobody'],
	staff: SIGNED_IN.slice(0, -4)
};

/** `desk wall` → the five people meant. Throws for a word that names nobody. */
export function peopleNamed(words: string): Person[] {
	return words
		.split(' ')
		.filter(Boolean)
		.flatMap((word) => {
			const group = GROUPS[word] ?? PEOPLE.filter((person) => person === word);
			if (!group.length) throw new Error(`Nobody is called ${word}.`);
			return group;
		});
}

/** Expands {result: words} to one result per person; who is not named gets `otherwise`. A later line overrides. */
export function perPerson<T>(lines: [words: string, result: T][], otherwise: T): Record<Person, T> {
	const results = Object.fromEntries(PEOPLE.map((person) => [person, otherwise])) as Record<Person, T>;
	for (const [words, result] of lines) for (const person of peopleNamed(words)) results[person] = result;
	return results;
}
