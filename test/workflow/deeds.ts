// What people do all day, at random: each call that changes a case or a report, with what it needs, by somebody who mostly may.
import { DECISIONS, MOVES } from './moves.ts';

export interface World {
	cases: {
		id: string;
		status: string;
		version: number;
		unit: string | null;
		lng: number;
		lat: number;
		is_flagged: boolean;
	}[];
	reports: {
		id: string;
		status: string;
		case_id: string | null;
		code: string | null;
		/** Who decided about it last. */
		decided_by: string | null;
	}[];
	requests: { id: string; asked_by: string; kind: string }[];
	contacts: string[];
}

export interface Deed {
	call: string;
	who: string;
	sql: string;
	/** What the owner does first: a photo that is there. */
	prepared?: string;
}

export interface Chance {
	/** Between 0 and 1. */
	random(): number;
	one<T>(list: readonly T[]): T | undefined;
	/** True in this share of the asks. */
	is(share: number): boolean;
	/** Another number each time. */
	next(): number;
}

type Doing = (world: World, chance: Chance) => Omit<Deed, 'call'> | null;

const CATEGORIES = ['0551', '0509', '0504', '0505'];
const TEAM: Record<string, string[]> = {
	一中队: ['team_a', 'handler_a', 'maker_team_a', 'bureau'],
	二中队: ['team_b', 'maker_team_b', 'bureau']
};
const PEOPLE: Record<string, string[]> = {
	registrar: ['registrar', 'maker_registrar'],
	dispatcher: ['dispatcher', 'maker_dispatcher'],
	closer: ['closer', 'maker_closer'],
	inspector: ['inspector_a', 'inspector_b', 'inspector_city'],
	office: ['office'],
	data_officer: ['data_officer'],
	admin: ['admin'],
	volunteer: ['volunteer', 'double_hat']
};
const ANYONE = [...Object.values(PEOPLE), ...Object.values(TEAM)].flat();

/** Somebody of one of the roles; now and then somebody of any. */
function somebody(chance: Chance, roles: string[], unit: string | null = null): string {
	if (chance.is(0.1)) return chance.one(ANYONE)!;
	const role = chance.one(roles)!;
	return chance.one(
		PEOPLE[role] ?? TEAM[unit ?? chance.one(Object.keys(TEAM))!] ?? [...TEAM['一中队']!, ...TEAM['二中队']!]
	)!;
}
const HANDLERS = ['team', 'unit_handler'];

const quoted = (text: string | null | undefined) =>
	text === null || text === undefined ? 'null' : `'${text.replaceAll("'", "''")}'`;
const hash = (text: string) => `encode(sha256('${text}'), 'hex')`;
const unit = (chance: Chance) => `pg_temp.unit('${chance.one(['一中队', '二中队'])!}')`;
const reason = (move: string, chance: Chance) =>
	`(select q.code from app.reasons q where q.move = '${move}' order by q.position offset ${Math.floor(chance.random() * 2)} limit 1)`;
const note = (chance: Chance) => (chance.is(0.5) ? "'说明'" : 'null');
/** Sent twice now and then, as a phone does: the second time under the id of a request before. */
const request = (chance: Chance) =>
	`pg_temp.numbered('request', ${chance.is(0.05) ? Math.max(1, chance.next() - 3) : chance.next()})`;

function newReport(chance: Chance, n: number): string {
	const grid = chance.one(['a', 'b'])!;
	const place = Math.floor(chance.random() * 12);
	return `jsonb_build_object('id', pg_temp.numbered('played', ${n}), 'category', '${chance.one(CATEGORIES)}', 'lng', (pg_temp.place('${grid}', ${place})).lng,
		'lat', (pg_temp.place('${grid}', ${place})).lat, 'accuracy_m', 10, 'photos', jsonb_build_array(jsonb_build_object('sha256', ${hash(`near ${n}`)}, 'role', 'near')))`;
}
const hashes = (n: number) => `${hash(`played ${n}`)}, ${hash('pin')}, ${hash(`body ${n}`)}`;
const photo = (label: string) => `perform pg_temp.photo('${label}')`;

const NOBODY = '00000000-0000-7000-8000-000000000000';
/** The owner looks up which row it will be, since not everybody may; one of nobody when there is none. */
const theRow = (table: string, where: string, id = 'l.id') =>
	`perform set_config('played.row', coalesce((select ${id}::text from ${table} l where ${where} order by 1 limit 1), '${NOBODY}'), true)`;
const ROW = "current_setting('played.row')::uuid";

/** A sealed number plate, one of three: the same one is the same vehicle. */
function plate(chance: Chance) {
	const digits = () => chance.random().toString(16).slice(2, 14).padEnd(12, '0');
	return {
		id: `${digits().slice(0, 8)}-${digits().slice(0, 4)}-4000-8000-${digits()}`,
		kind: 'plate',
		sealed: 'x'.repeat(60),
		key_id: '0badc0de',
		fingerprint: chance.one(['1', '2', '3'])!.padStart(32, '0')
	};
}

export const DEEDS: Record<string, { weight: number; doing: Doing }> = {
	'api.submit_report': {
		weight: 14,
		doing: (_world, chance) => {
			const n = chance.next();
			return {
				who: 'service_role',
				prepared: photo(`near ${n}`),
				sql: `select api.submit_report(${newReport(chance, n)}, ${hashes(n)})`
			};
		}
	},
	'api.submit_staff_report': {
		weight: 3,
		doing: (_world, chance) => {
			const n = chance.next();
			return {
				who: somebody(chance, ['registrar', 'inspector', 'volunteer']),
				prepared: photo(`near ${n}`),
				sql: `select api.submit_staff_report(${newReport(chance, n)}, ${hashes(n)})`
			};
		}
	},
	'api.decide_report': {
		weight: 22,
		doing: ({ reports, cases }, chance) => {
			const report = chance.one(
				chance.is(0.95) ? reports.filter(({ status }) => ['received', 'to_verify'].includes(status)) : reports
			);
			if (!report) return null;
			const rule = chance.one([
				...DECISIONS.filter(({ from }) => from === report.status),
				// Most reports become cases of their own.
				...DECISIONS.filter(({ from, decision }) => from === report.status && decision === 'file'),
				...(chance.is(0.05) ? DECISIONS : [])
			]);
			if (!rule) return null;
			const target = rule.decision === 'merge' ? chance.one(cases)?.id : null;
			const category = chance.is(0.15) ? chance.one(CATEGORIES) : null;
			return {
				who: somebody(chance, rule.roles),
				sql: `select api.decide_report('${report.id}', '${rule.decision}', case_id => ${quoted(target)}, category => ${quoted(category)},
					reason_code => ${rule.decision === 'decline' || chance.is(0.2) ? reason(rule.decision, chance) : 'null'}, note => ${note(chance)}, request_id => ${request(chance)})`
			};
		}
	},
	'api.move_case': {
		weight: 50,
		doing: ({ cases }, chance) => {
			const c = chance.one(cases.filter(({ status }) => status !== 'voided'));
			if (!c) return null;
			const rules = MOVES.filter(({ from, roles }) => from === c.status && !roles.includes('citizen'));
			const weighed = rules.flatMap((rule) => (rule.move === 'void' ? [rule] : [rule, rule, rule]));
			const rule = chance.one(chance.is(0.03) ? MOVES : weighed);
			if (!rule) return null;
			return {
				who: somebody(chance, rule.roles, c.unit),
				sql: `select api.move_case('${c.id}', '${rule.move}', ${chance.is(0.3) ? c.version - (chance.is(0.1) ? 1 : 0) : 'null'},
					jsonb_build_object('unit_id', ${unit(chance)}, 'without_proof', ${chance.is(0.5)}, 'review_at', private.clock() + interval '10 days'),
					${rule.needs.includes('reason') || chance.is(0.1) ? reason(rule.move, chance) : 'null'}, '说明', private.clock() - interval '${Math.floor(chance.random() * 120)} seconds', ${request(chance)})`
			};
		}
	},
	'api.attach_evidence': {
		weight: 16,
		doing: ({ cases }, chance) => {
			const c = chance.one(cases.filter(({ status }) => chance.is(0.1) || status === 'handling'));
			if (!c) return null;
			const label = `after ${chance.next()}`;
			const away = chance.is(0.2) ? 0.002 : 0;
			return {
				who: somebody(chance, HANDLERS, c.unit),
				prepared: photo(label),
				sql: `select api.attach_evidence('${c.id}', ${hash(label)}, '${chance.is(0.8) ? 'after' : 'before'}', private.clock(), ${c.lng + away}, ${c.lat}, 5)`
			};
		}
	},
	'api.answer_closure': {
		weight: 6,
		doing: ({ reports, cases }, chance) => {
			const closed = new Set(cases.filter(({ status }) => status === 'closed').map(({ id }) => id));
			const report = chance.one(reports.filter((r) => r.code && r.case_id && closed.has(r.case_id)));
			if (!report) return null;
			const photoArrives = chance.is(0.3) ? hash(`near ${chance.next()}`) : 'null';
			return {
				who: 'service_role',
				sql: `select api.answer_closure('${report.code}', ${hash('pin')}, ${chance.is(0.5)}, ${request(chance)}, ${photoArrives})`
			};
		}
	},
	'api.tick': { weight: 8, doing: () => ({ who: 'service_role', sql: 'select api.tick()' }) },
	'api.add_contact': {
		weight: 2,
		doing: ({ reports }, chance) => {
			const report = chance.one(reports.filter(({ code }) => code));
			if (!report) return null;
			return {
				who: 'service_role',
				sql: `select api.add_contact('${report.code}', ${hash('pin')}, 'email', 'sealed ${chance.next()}')`
			};
		}
	},
	'api.erase_contacts': {
		weight: 1,
		doing: ({ reports }, chance) => {
			const report = chance.one(reports.filter(({ code }) => code));
			if (!report) return null;
			return { who: 'service_role', sql: `select api.erase_contacts('${report.code}', ${hash('pin')})` };
		}
	},
	'api.erase_contact': {
		weight: 1,
		doing: ({ contacts }, chance) => ({
			who: 'service_role',
			sql: `select api.erase_contact(${quoted(chance.one(contacts) ?? NOBODY)})`
		})
	},
	'api.claim_deliveries': {
		weight: 2,
		doing: () => ({ who: 'service_role', sql: 'select api.claim_deliveries(10)' })
	},
	'api.delivery_done': {
		weight: 2,
		doing: (_world, chance) => ({
			who: 'service_role',
			sql: `select api.delivery_done((select d.id from app.deliveries d order by d.id limit 1), '${chance.one(['sent', 'failed', 'gone'])}')`
		})
	},
	// ---- the register ----
	'api.undo_decision': {
		weight: 5,
		doing: ({ reports }, chance) => {
			const report = chance.one(reports.filter(({ decided_by }) => decided_by));
			if (!report) return null;
			return {
				who: chance.is(0.9) ? report.decided_by! : somebody(chance, ['registrar']),
				// Mostly at once, now and then too late.
				prepared: chance.is(0.8)
					? `perform private.set_clock((select max(e.recorded_at) from app.event_log e where e.report_id = '${report.id}') + interval '20 seconds')`
					: undefined,
				sql: `select api.undo_decision('${report.id}', ${request(chance)})`
			};
		}
	},
	'api.unmerge_report': {
		weight: 3,
		doing: ({ reports }, chance) => {
			const report = chance.one(reports.filter(({ case_id }) => case_id));
			if (!report) return null;
			return {
				who: somebody(chance, ['registrar']),
				sql: `select api.unmerge_report('${report.id}', ${reason('unmerge', chance)}, ${note(chance)}, ${request(chance)})`
			};
		}
	},
	'api.split_report': {
		weight: 2,
		doing: ({ reports }, chance) => {
			const report = chance.one(reports);
			if (!report) return null;
			return {
				who: somebody(chance, ['registrar']),
				sql: `select api.split_report('${report.id}', pg_temp.numbered('played', ${chance.next()}), '${chance.one(CATEGORIES)}', '还有一处', ${request(chance)})`
			};
		}
	},
	'api.attach_to_report': {
		weight: 3,
		doing: ({ reports }, chance) => {
			const report = chance.one(reports.filter(({ status }) => ['received', 'to_verify'].includes(status)));
			if (!report) return null;
			const label = `on site ${chance.next()}`;
			return {
				who: somebody(chance, ['registrar', 'inspector']),
				prepared: photo(label),
				sql: `select api.attach_to_report('${report.id}', ${hash(label)}, 'wide')`
			};
		}
	},
	'api.keep_leases': {
		weight: 3,
		doing: ({ reports }, chance) => ({
			who: somebody(chance, ['registrar']),
			sql: `select api.keep_leases(${quoted(chance.one(reports)?.id)}, null)`
		})
	},
	// ---- dispatch ----
	'api.correct_place': {
		weight: 4,
		doing: ({ cases }, chance) => {
			const c = chance.one(
				cases.filter(({ status }) => ['filed', 'dispatched', 'reassigned'].includes(status))
			);
			if (!c) return null;
			return {
				who: somebody(chance, ['registrar', 'dispatcher']),
				sql: `select api.correct_place('${c.id}', ${c.lng + (chance.random() - 0.5) * 0.01}, ${c.lat}, ${reason('correct_place', chance)}, null, ${note(chance)}, ${request(chance)})`
			};
		}
	},
	// ---- time ----
	'api.ask_request': {
		weight: 14,
		doing: ({ cases }, chance) => {
			const c = chance.one(
				cases.filter(({ status }) => ['dispatched', 'handling', 'returned'].includes(status))
			);
			const kind = chance.one(['extension', 'suspension', 'hand_back'])!;
			if (!c) return null;
			const move = { extension: 'extend', suspension: 'suspend', hand_back: 'hand_back' }[kind]!;
			return {
				who: somebody(chance, HANDLERS, c.unit),
				sql: `select api.ask_request('${c.id}', '${kind}', jsonb_build_object('hours', ${Math.ceil(chance.random() * 30)}, 'review_at', private.clock() + interval '9 days', 'stops_clock', ${chance.is(0.5)}),
					${reason(move, chance)}, ${note(chance)}, ${request(chance)})`
			};
		}
	},
	'api.decide_request': {
		weight: 12,
		doing: ({ requests }, chance) => {
			const asked = chance.one(requests);
			if (!asked) return null;
			return {
				who: somebody(chance, [asked.kind === 'hand_back' ? 'dispatcher' : 'closer']),
				sql: `select api.decide_request('${asked.id}', ${chance.is(0.7)}, ${reason('refuse_request', chance)}, ${note(chance)}, ${request(chance)})`
			};
		}
	},
	'api.withdraw_request': {
		weight: 2,
		doing: ({ requests }, chance) => {
			const asked = chance.one(requests);
			return asked ? { who: asked.asked_by, sql: `select api.withdraw_request('${asked.id}')` } : null;
		}
	},
	'api.decide_flag': {
		weight: 4,
		doing: ({ cases }, chance) => {
			const c = chance.one(cases.filter(({ is_flagged }) => is_flagged));
			if (!c) return null;
			const decision = chance.one(['keep', 'clear'])!;
			return {
				who: somebody(chance, ['office', 'closer']),
				sql: `select api.decide_flag('${c.id}', '${decision}', ${reason(`${decision}_flag`, chance)}, ${note(chance)}, ${request(chance)})`
			};
		}
	},
	'api.see_notifications': {
		weight: 1,
		doing: (_world, chance) => ({
			who: somebody(chance, ['closer', 'team']),
			sql: 'select api.see_notifications(1000000)'
		})
	},
	'api.set_ladder': {
		weight: 1,
		doing: (_world, chance) => ({
			who: somebody(chance, ['admin']),
			sql: `select api.set_ladder('[{"rung": "soon", "measure": "share", "value": ${chance.one([0.7, 0.8])!}, "whom": ["team"], "name": "时限将到", "name_en": "Limit is near", "is_active": true, "position": 1}]')`
		})
	},
	// ---- particulars and retention ----
	'api.erase_expired': {
		weight: 1,
		doing: () => ({ who: 'service_role', sql: 'select api.erase_expired()' })
	},
	'api.sweep_retention': {
		weight: 1,
		doing: () => ({ who: 'service_role', sql: 'select api.sweep_retention()' })
	},
	'api.reseal_particular': {
		weight: 1,
		doing: () => ({
			who: 'service_role',
			sql: `select api.reseal_particular('{"id": "${NOBODY}", "sealed": "x", "key_id": "k", "fingerprint": "f"}')`
		})
	},
	'api.erase_particular': {
		weight: 1,
		doing: () => ({
			who: 'data_officer',
			prepared: theRow('app.particulars', 'l.erased_at is null'),
			sql: `select api.erase_particular(${ROW}, 'asked')`
		})
	},
	'api.set_retention': {
		weight: 1,
		doing: (_world, chance) => ({
			who: somebody(chance, ['admin']),
			prepared:
				"perform set_config('played.kind', (select r.kind from app.retention_rules r order by r.kind limit 1), true), set_config('played.days', (select r.least_days::text from app.retention_rules r order by r.kind limit 1), true)",
			sql: `select api.set_retention(current_setting('played.kind'), current_setting('played.days')::int + ${Math.floor(chance.random() * 3)})`
		})
	},
	'api.import_retention': {
		weight: 1,
		doing: (_world, chance) => ({
			who: somebody(chance, ['admin']),
			sql: `select api.import_retention(jsonb_build_object('id', md5('rules ${chance.next()}')::uuid, 'source', 'played', 'datum', 'wgs84'),
				(select jsonb_agg(jsonb_build_object('kind', r.kind, 'days', r.least_days + ${Math.floor(chance.random() * 3)})) from (select * from app.retention_rules order by kind limit 2) r))`
		})
	},
	// ---- acts at the kerb ----
	'api.link_case': {
		weight: 6,
		doing: ({ cases }, chance) => {
			const c = chance.one(cases.filter(({ status }) => chance.is(0.1) || status === 'handling'));
			if (!c) return null;
			const subject = chance.one([
				`{"site": {"kind": "stall", "name": "摊点${chance.one(['甲', '乙', '丙'])}"}}`,
				'{"vehicle": {"class": "car"}}',
				JSON.stringify({ vehicle: { class: 'car', plate: plate(chance) } })
			]);
			return {
				who: somebody(chance, HANDLERS, c.unit),
				sql: `select api.link_case('${c.id}', '${subject}')`
			};
		}
	},
	'api.unlink_case': {
		weight: 1,
		doing: (_world, chance) => ({
			who: somebody(chance, ['registrar', 'closer']),
			prepared: theRow('app.case_links', 'l.ended_at is null'),
			sql: `select api.unlink_case(${ROW})`
		})
	},
	'api.record_act': {
		weight: 10,
		doing: ({ cases }, chance) => {
			const c = chance.one(cases.filter(({ status }) => chance.is(0.1) || status === 'handling'));
			if (!c) return null;
			const kind = chance.one(['persuasion', 'corrected', 'letter', 'order', 'transfer', 'nothing_found'])!;
			const notice = ['letter', 'order'].includes(kind) ? `'{"found": "占道经营"}'::jsonb` : 'null';
			return {
				who: somebody(chance, HANDLERS, c.unit),
				prepared: theRow('app.case_links', `l.case_id = '${c.id}' and l.site_id is not null`, 'l.site_id'),
				sql: `select api.record_act('${c.id}', jsonb_strip_nulls(jsonb_build_object('kind', '${kind}', 'site_id', nullif(current_setting('played.row'), '${NOBODY}'), 'skip_reason', 'danger',
					'deadline', private.clock() + interval '5 days', 'note', '说明', 'notice', ${notice})), ${request(chance)})`
			};
		}
	},
	'api.serve_notice': {
		weight: 4,
		doing: (_world, chance) => ({
			who: somebody(chance, HANDLERS),
			prepared: theRow('app.notices', 'l.served_at is null and l.withdrawn_at is null'),
			sql: `select api.serve_notice(${ROW}, '{"way": "in_person"}')`
		})
	},
	'api.withdraw_notice': {
		weight: 2,
		doing: (_world, chance) => ({
			who: somebody(chance, ['closer', 'office']),
			prepared: theRow('app.notices', 'l.withdrawn_at is null'),
			sql: `select api.withdraw_notice(${ROW}, ${reason('withdraw', chance)}, ${note(chance)})`
		})
	},
	// ---- the ground ----
	'api.save_areas': {
		weight: 1,
		doing: (_world, chance) => ({
			who: 'admin',
			sql: `select api.save_areas(jsonb_build_array(jsonb_build_object('key', 'a', 'kind', 'duty_grid', 'name', '一网格', 'name_en', 'Grid A', 'unit', '一中队',
				'geometry', pg_temp.square(119.450, 32.780, ${chance.one([119.459, 119.46, 119.461])!}, 32.800))))`
		})
	}
};
