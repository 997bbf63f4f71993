import { CALLS, SEALED } from './calls.ts';
import { SCHEMAS, SEQUENCES, STORAGE, TABLES } from './matrix.ts';
import { PEOPLE, type Person } from './people.ts';
import { tryAll, type Database, type Try } from './world.ts';

/** One field of the permission matrix: a person does one thing to one object. */
export interface Cell extends Try {
	who: Person;
	/** `app.reports`, `private.snap`, `storage.objects` */
	object: string;
	verb: string;
	expected: string;
}

export interface CatalogueTable {
	name: string;
	/** Row level security is on. */
	is_guarded: boolean;
	columns: string[];
	key: string[];
	/** A column that an UPDATE can set: not generated. */
	settable: string;
}

export interface Catalogue {
	tables: CatalogueTable[];
	sequences: string[];
	/** With the schema; an overload appears twice. */
	functions: CatalogueFunction[];
	/** `app.reports insert anon`: whatever but SELECT anybody holds on a table or one of its columns. */
	writers: string[];
	storage_policies: string[];
}

export interface CatalogueFunction {
	name: string;
	/** As many nulls as it takes. */
	arguments: string;
	/** It runs with its owner's rights. */
	is_definer: boolean;
	/** `search_path=""`, so that nobody's table or operator can take the place of ours. */
	settings: string[];
}

export async function readCatalogue(database: Database): Promise<Catalogue> {
	const [row] = await database.query<{ catalogue: Catalogue }>(`
		select jsonb_build_object(
			'tables', (select jsonb_agg(jsonb_build_object('name', c.relname, 'is_guarded', c.relrowsecurity,
				'columns', (select jsonb_agg(a.attname order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
				'key', (select jsonb_agg(a.attname order by a.attnum) from pg_attribute a join pg_index i on i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey) where a.attrelid = c.oid),
				'settable', (select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and a.attidentity = '' order by a.attnum limit 1)) order by c.relname)
				from pg_class c where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')),
			'sequences', (select jsonb_agg(c.relname order by c.relname) from pg_class c where c.relnamespace = 'app'::regnamespace and c.relkind = 'S'),
			'functions', (select jsonb_agg(jsonb_build_object('name', n.nspname || '.' || p.proname,
				'arguments', (select coalesce(string_agg(case when p.provariadic <> 0 then 'variadic ' else '' end || 'null::' || format_type(t, null), ', ' order by i), '') from unnest(p.proargtypes::oid[]) with ordinality u (t, i)), 'is_definer', p.prosecdef, 'settings', coalesce(p.proconfig, '{}')) order by n.nspname, p.proname)
				from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('api', 'private')),
			'writers', (select coalesce(jsonb_agg('app.' || c.relname || ' ' || v || ' ' || r order by c.relname, v, r), '[]')
				from pg_class c, unnest(array['anon', 'authenticated', 'service_role', 'authenticator']) r, unnest(array['insert', 'update', 'references', 'delete', 'truncate', 'trigger']) v
				where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') and case when v in ('insert', 'update', 'references')
					then has_any_column_privilege(r, c.oid, v) else has_table_privilege(r, c.oid, v) end),
			'storage_policies', (select coalesce(jsonb_agg(p.policyname), '[]') from pg_policies p where p.schemaname = 'storage')) as catalogue`);
	return row!.catalogue;
}

const keyOf = (table: CatalogueTable) => `concat_ws('|', ${table.key.map((k) => `t.${k}::text`).join(', ')})`;
const keysWhere = (table: CatalogueTable, where: string) =>
	`select coalesce(string_agg(k, ' ' order by k), '') from (select ${keyOf(table)} as k from app.${table.name} t where ${where}) rows`;

/** The rows that each person is to see, as the owner finds them by the matrix' own words; how many there are in all. */
export async function expectedRows(
	database: Database,
	tables: CatalogueTable[]
): Promise<Map<string, { keys: string; seen: number; all: number }>> {
	const wanted = tables.flatMap((table) =>
		[...new Set(Object.values(TABLES[table.name]?.sees ?? {}))]
			.filter((rule) => rule !== 'denied')
			.flatMap((rule) =>
				(rule.includes('$me') ? PEOPLE : ['owner' as const]).map((who) => ({ table, rule, who }))
			)
	);
	const rowsFor = ({ table, rule, who }: (typeof wanted)[number]) => ({
		who: 'owner',
		sql: keysWhere(table, rule.replaceAll('$me', `pg_temp.person('${who}')`))
	});
	const totals = await tryAll(
		database,
		tables.map((table) => ({ who: 'owner', sql: keysWhere(table, 'true') }))
	);
	const count = (keys: string | null) => (keys ? keys.split(' ').length : 0);
	const allOf = new Map(tables.map((table, i) => [table.name, count(totals[i]!.answer)]));
	const found = await tryAll(database, wanted.map(rowsFor));
	return new Map(
		found.map(({ outcome, answer }, i) => {
			const { table, rule, who } = wanted[i]!;
			if (outcome !== 'ok') throw new Error(`${table.name}: ${rule}: ${answer}`);
			return [
				`${table.name} ${rule} ${who}`,
				{ keys: answer ?? '', seen: count(answer), all: allOf.get(table.name)! }
			];
		})
	);
}

/** Where only a grant decides, which knows roles of the database and no people. */
const ONE_PER_ROLE: Person[] = ['anon', 'registrar', 'nobody', 'service_role'];

/** The whole matrix. */
export async function buildCells(database: Database, catalogue: Catalogue): Promise<Cell[]> {
	const cells: Cell[] = [];
	type Expect = (who: Person) => string;
	const add = (
		object: string,
		verb: string,
		sql: string,
		expected: Expect,
		people: readonly Person[] = PEOPLE
	) => {
		for (const who of people) cells.push({ who, sql, object, verb, expected: expected(who) });
	};
	const tables = catalogue.tables.filter((table) => table.name in TABLES);
	const rows = await expectedRows(database, tables);

	for (const table of tables) {
		const name = `app.${table.name}`;
		const { sees, hidden = {} } = TABLES[table.name]!;
		const denied = `permission denied for table ${table.name}`;
		add(name, 'select', keysWhere(table, 'true'), (who) => {
			const rule = sees[who];
			if (rule === 'denied') return denied;
			return `rows: ${rows.get(`${table.name} ${rule} ${rule.includes('$me') ? who : 'owner'}`)!.keys}`;
		});
		for (const column of table.columns) {
			add(
				name,
				`select ${column}`,
				`select coalesce(max(t."${column}"::text), '') from app.${table.name} t where false`,
				(who) => {
					const isOpen = sees[who] !== 'denied';
					return isOpen && (hidden[column] ?? who).includes(who) ? 'ok' : denied;
				},
				ONE_PER_ROLE
			);
		}
		const { settable } = table;
		add(name, 'insert', `insert into ${name} default values`, () => denied);
		add(name, 'update', `update ${name} set ${settable} = ${settable}`, () => denied);
		add(name, 'delete', `delete from ${name}`, () => denied);
		add(name, 'truncate', `truncate ${name}`, () => denied);
	}
	for (const sequence of SEQUENCES) {
		const denied = () => `permission denied for sequence ${sequence}`;
		add(`app.${sequence}`, 'nextval', `select nextval('app.${sequence}')`, denied, ONE_PER_ROLE);
		add(`app.${sequence}`, 'setval', `select setval('app.${sequence}', 1)`, denied, ONE_PER_ROLE);
		add(`app.${sequence}`, 'select', `select last_value from app.${sequence}`, denied, ONE_PER_ROLE);
	}
	for (const schema of SCHEMAS) {
		const denied = () => `permission denied for schema ${schema}`;
		add(schema, 'create', `create table ${schema}.planted_by_a_stranger (id int)`, denied, ONE_PER_ROLE);
	}
	for (const table of STORAGE) {
		const name = `storage.${table}`;
		const refused = `new row violates row-level security policy for table "${table}"`;
		// The service role is the web server, which keeps the photos.
		const others = PEOPLE.filter((who) => who !== 'service_role');
		const id = table === 'objects' ? 'gen_random_uuid()' : "'x'";
		add(name, 'select', `select count(*) from ${name}`, () => 'answer: 0', others);
		add(name, 'insert', `insert into ${name} (id, name) values (${id}, 'x')`, () => refused, others);
		add(name, 'update', `update ${name} set name = name`, () => 'touched 0', others);
		add(name, 'delete', `delete from ${name}`, () => 'touched 0', others);
	}
	for (const { name, arguments: nulls } of catalogue.functions) {
		const closed = `permission denied for function ${name.split('.')[1]}`;
		for (const { sql, comes_to } of CALLS[name] ?? []) {
			add(name, 'execute', sql, (who) => (comes_to[who] === 'denied' ? closed : comes_to[who]));
		}
		if (SEALED.includes(name)) add(name, 'execute', `select ${name}(${nulls})`, () => closed);
	}
	return cells;
}

/** The cells that did not come out as declared, as sentences. */
export async function runCells(database: Database, cells: Cell[]): Promise<string[]> {
	const outcomes = await tryAll(database, cells);
	return cells.flatMap((cell, i) => {
		const { outcome, answer } = outcomes[i]!;
		const kind = cell.expected.split(' ', 1)[0];
		const came =
			outcome !== 'ok'
				? outcome
				: kind === 'rows:'
					? `rows: ${answer}`
					: kind === 'answer:'
						? `answer: ${answer}`
						: outcome;
		return came === cell.expected
			? []
			: [
					`${cell.object}, ${cell.verb}, ${cell.who}: expected ${short(cell.expected)}, came to ${short(came)}\n\t${cell.sql}`
				];
	});
}

const short = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text);
