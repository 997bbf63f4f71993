// Who may import what. Arrows point down: routes → domains → capabilities. One folder per outside library, and a domain
// borrows another domain's nouns (report.ts), never its components or its queries (*.server.ts).
const domains = [
	'reports',
	'cases',
	'dispatch',
	'streets',
	'areas',
	'hotspots',
	'closure',
	'patrols',
	'campaigns',
	'staff',
	'live',
	'audit',
	'enforcement',
	'city'
];
const capabilities = ['map', 'database', 'evidence', 'outbox', 'notify', 'particulars', 'ui', 'i18n'];

const libraries = [
	{
		home: 'map',
		regex: '^(maplibre-gl|@deck\\.gl|@luma\\.gl|pmtiles|terra-draw|terra-draw-maplibre-gl-adapter)(/|$)',
		says: 'Only src/lib/map knows MapLibre, deck.gl and Terra Draw.'
	},
	{
		home: 'database',
		regex: '^(@supabase|@electric-sql|pg$)',
		says: 'Only src/lib/database knows Supabase and PGlite.'
	},
	{ home: 'outbox', regex: '^idb(/|$)', says: 'Only src/lib/outbox knows IndexedDB.' }
];

const everywhere = [
	{
		regex: '^\\$lib(/|$)',
		message: "Write '#lib/…' with the file's ending: it works in Node as well as in Vite."
	},
	{ regex: '^\\$env/', message: 'Settings are read once, in src/server/settings.ts.' }
];

/** The rules of one place: every library whose home is elsewhere, and whatever else the place must not reach. */
function rulesFor(home, extra = []) {
	const foreign = libraries.filter((library) => library.home !== home);
	return {
		'no-restricted-imports': [
			'error',
			{
				patterns: [...everywhere, ...foreign.map(({ regex, says }) => ({ regex, message: says })), ...extra]
			}
		],
		'no-restricted-syntax': [
			'error',
			...foreign.map(({ regex, says }) => ({
				selector: `ImportExpression[source.value=/${regex.replaceAll('/', '\\u002F')}/]`,
				message: says
			}))
		]
	};
}

const parent = (depth) => ({
	regex: `^${'\\.\\./'.repeat(depth)}`,
	message: "Another folder of src/lib is '#lib/…': the arrow shows."
});
const routes = { regex: '/routes/', message: 'Routes use domains, not the other way round.' };

function rulesInside(folder, depth) {
	const others = domains.filter((domain) => domain !== folder).join('|');
	const isDomain = domains.includes(folder);
	const reach = isDomain
		? {
				regex: `^#lib/(${others})/.*\\.(svelte|server\\.ts)$`,
				message: "A domain uses another domain's nouns, never its components or queries."
			}
		: { regex: `^#lib/(${others})/`, message: 'Capabilities know no domain.' };
	return rulesFor(folder, [reach, routes, parent(depth)]);
}

export const boundaries = [
	{ files: ['src/**'], rules: rulesFor('') },
	...[...domains, ...capabilities].flatMap((folder) => [
		{ files: [`src/lib/${folder}/*`], rules: rulesInside(folder, 1) },
		{ files: [`src/lib/${folder}/*/**`], rules: rulesInside(folder, 2) },
		// Tests may stand on the demo district, wherever they are.
		{ files: [`src/lib/${folder}/**/*.test.ts`], rules: rulesFor(folder) }
	])
];
