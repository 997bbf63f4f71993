import { PEOPLE, peopleNamed, type Person } from './people.ts';
import { tryAll, type Database, type Try } from './world.ts';

/** Words planted where only some may find them, and who does, over everything a person can call. */
export const SECRETS: Record<string, { word: string; known_to: string }> = {
	'what a citizen wrote about grid A': {
		word: 'WORDS-received-a',
		known_to: 'desk inspector_a inspector_city double_hat'
	},
	'what waits for a check in grid B': {
		word: 'WORDS-to_verify-b',
		known_to: 'desk inspector_b inspector_city'
	},
	'what was declined': { word: 'WORDS-declined-a', known_to: 'desk' },
	'what a volunteer wrote, now a case of unit A': {
		word: 'WORDS-volunteer',
		known_to: 'desk volunteer'
	},
	'a note about a declined report': { word: 'NOTE-declined-b', known_to: 'desk' },
	'a note for those who work on the case': {
		word: 'NOTE-volunteer',
		known_to: 'desk inspector_a inspector_city double_hat team_a handler_a bureau'
	},
	'who reported it': { word: '00000000-0000-4000-8000-000000000012', known_to: 'volunteer' },
	"the reporter's name": { word: 'name of volunteer', known_to: 'volunteer' },
	'who filed it': { word: 'name of maker_registrar', known_to: 'desk' },
	'which team member handled it': { word: 'name of maker_team_a', known_to: 'desk' },
	"somebody else's login name": { word: 'login of maker_registrar', known_to: '' },
	'what opens a report from outside': {
		// sha256 of CODE-volunteer
		word: '3af4f009aca9947fbbcf01e3edc29c08',
		known_to: ''
	},
	'where the reporter stood': { word: '119.476543', known_to: '' },
	"a reporter's contact": { word: 'SEALED', known_to: '' },
	'what a team noted of an act': {
		word: 'NOTE-act',
		known_to: 'desk inspector_a inspector_city double_hat team_a handler_a bureau'
	},
	'why a phone was revealed': { word: 'NOTE-reveal', known_to: 'data_officer' },
	'where somebody is signed in': { word: 'SESSION-registrar', known_to: 'registrar' },
	'what stands in for a second factor': { word: 'RECOVERY-registrar', known_to: '' },
	'the exact place a phone gave': {
		word: '32.790123',
		known_to: 'desk inspector_a inspector_b inspector_city double_hat team_a handler_a bureau volunteer'
	}
};

const each = (call: string, names: string[]) =>
	names.map((name) => `select ${call}(pg_temp.the('${name}')::uuid)`);
const CASE_STATES = [
	'filed',
	'dispatched',
	'handling',
	'handled',
	'closed',
	'returned',
	'suspended',
	'reassigned',
	'voided'
];
const both = (states: string[]) => states.flatMap((state) => [`${state}_a`, `${state}_b`]);

/** Everything that answers with what is known, and one move, whose answer tells as much. */
const READS = [
	...[
		'me()',
		'my_account()',
		'units()',
		'city()',
		'basemap()',
		'base_features()',
		"search_streets('路')",
		'wall()'
	],
	...['inbox(null)', "inbox('received')", 'cases()', `case_list('{"status": ["all"]}')`, 'case_points()'],
	...["search('words', 50)", "search('note', 50)", "search('E05', 50)", 'saved_views()', 'list_exports()']
]
	.map((call) => `select api.${call}`)
	.concat(
		each('api.report_detail', [
			...both(['received', 'to_verify', 'declined']),
			'volunteer_report',
			'witness'
		]),
		each('api.case_detail', [...both(CASE_STATES), 'volunteer_case']),
		[
			"select api.report_particulars(pg_temp.the('volunteer_report')::uuid)",
			"select api.case_enforcement(pg_temp.the('handling_a')::uuid)",
			"select api.notice(pg_temp.the('notice_a')::uuid)",
			"select api.subject_history(pg_temp.numbered('site', 1))",
			'select api.reveals()',
			"select api.find_particulars(md5('phone'))"
		],
		...each('api.case_time', both(CASE_STATES)),
		'select api.notifications()',
		'select api.webhooks()',
		'select api.limits()',
		`select api.photo_access(pg_temp.the('photo_volunteer'))`,
		`select api.move_case(pg_temp.the('volunteer_case')::uuid, 'begin')`
	);

/** What the web server reads on behalf of citizens and walls. */
const SERVED = [
	'select api.tail(0, 1000)',
	`select api.wall_figures(array(select s.id from app.streets s), array(select a.id from app.areas a))`,
	`select api.follow(encode(sha256('CODE-volunteer'), 'hex'), encode(sha256('PIN-volunteer'), 'hex'))`
];

/** Who learns each secret, and what the event log says of it. */
export async function readersOf(
	database: Database
): Promise<Record<string, { learned_by: string[]; is_logged: boolean }>> {
	const tries: Try[] = PEOPLE.flatMap((who) =>
		(who === 'service_role' ? SERVED : READS).map((sql) => ({ who, sql }))
	);
	const answers = await tryAll(database, tries);
	const [log] = await tryAll(database, [
		{ who: 'owner', sql: 'select string_agg(to_jsonb(e)::text, chr(10)) from app.event_log e' }
	]);
	return Object.fromEntries(
		Object.entries(SECRETS).map(([secret, { word }]) => {
			const learned_by = PEOPLE.filter((who) =>
				tries.some(
					(one, i) => one.who === who && answers[i]!.outcome === 'ok' && answers[i]!.answer!.includes(word)
				)
			);
			return [secret, { learned_by, is_logged: log!.answer!.includes(word) }];
		})
	);
}

/** The same, as declared. Who acted is in the log by id; nothing else here ever is. */
export const DECLARED = Object.fromEntries(
	Object.entries(SECRETS).map(([secret, { known_to }]) => {
		const known: Person[] = peopleNamed(known_to);
		return [
			secret,
			{ learned_by: PEOPLE.filter((who) => known.includes(who)), is_logged: secret === 'who reported it' }
		];
	})
);
