import { CALLS, DEFINERS, SEALED } from './calls.ts';
import type { Catalogue } from './cells.ts';
import { SEQUENCES, TABLES } from './matrix.ts';

const same = (what: string, found: string[], declared: string[]): string[] => [
	...found.filter((name) => !declared.includes(name)).map((name) => `${what} ${name} is not declared.`),
	...declared.filter((name) => !found.includes(name)).map((name) => `${what} ${name} does not exist.`),
	...found.filter((name, at) => found.indexOf(name) !== at).map((name) => `${what} ${name} exists twice.`)
];

/** What the catalogue holds and the matrix does not, and the other way round; and rules that hold for every object. */
export function differencesOf(catalogue: Catalogue): string[] {
	const { tables, sequences, functions, writers, storage_policies } = catalogue;
	const name = ({ name }: { name: string }) => name;
	return [
		...same('Table', tables.map(name), Object.keys(TABLES)),
		...same('Sequence', sequences, SEQUENCES),
		...same('Function', functions.map(name), [...Object.keys(CALLS), ...SEALED]),
		...same('Definer', functions.filter((f) => f.is_definer).map(name), DEFINERS),
		...tables.filter((t) => !t.is_guarded).map((t) => `Table ${t.name} has no row level security.`),
		...functions
			.filter((f) => !f.settings.includes('search_path=""'))
			.map((f) => `Function ${f.name} searches for names outside its own words.`),
		...writers.map((grant) => `Somebody holds more than SELECT: ${grant}.`),
		...storage_policies.map((policy) => `Storage is opened by "${policy}".`)
	];
}
