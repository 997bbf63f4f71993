import type { Executor } from './executor.ts';

export interface Parameter {
	name: string;
	type: string;
	isRequired: boolean;
}

/** A function of the exposed schema, as the call needs to know it. */
export interface ExposedFunction {
	name: string;
	parameters: Parameter[];
	isReadOnly: boolean;
	returns: 'void' | 'json' | 'scalar' | 'scalars' | 'row' | 'rows';
}

interface CatalogueRow {
	name: string;
	names: string[] | null;
	modes: string[] | null;
	types: string[];
	defaults: number;
	volatility: string;
	returns: ExposedFunction['returns'];
}

const CATALOGUE = `
	select p.proname::text as name, to_jsonb(p.proargnames) as names, to_jsonb(p.proargmodes::text[]) as modes,
		coalesce((select jsonb_agg(format_type(a.type, null) order by a.place)
			from unnest(p.proargtypes) with ordinality as a (type, place)), '[]') as types,
		p.pronargdefaults::int4 as defaults, p.provolatile::text as volatility,
		case when p.prorettype = 'void'::regtype then 'void'
			when p.proretset and t.typtype <> 'c' and p.prorettype <> 'record'::regtype
				and not coalesce(p.proargmodes && '{o,b,t}', false) then 'scalars'
			when p.proretset then 'rows'
			when t.typtype = 'c' or p.prorettype = 'record'::regtype then 'row'
			when p.prorettype in ('json'::regtype, 'jsonb'::regtype) then 'json'
			else 'scalar' end as returns
	from pg_catalog.pg_proc p
	join pg_catalog.pg_type t on t.oid = p.prorettype
	where p.pronamespace = to_regnamespace('api') and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
	order by p.proname`;

/** The functions of schema `api`, by name. Overloads share a name. */
export async function readFunctions(executor: Executor): Promise<Map<string, ExposedFunction[]>> {
	const [result] = await executor.run(
		{ role: 'postgres', claims: {} },
		[{ sql: CATALOGUE, params: [] }],
		'normal',
		{
			readOnly: true
		}
	);
	const functions = new Map<string, ExposedFunction[]>();
	for (const row of result!.rows as unknown as CatalogueRow[]) {
		const found = functions.get(row.name) ?? [];
		found.push({
			name: row.name,
			parameters: parametersOf(row),
			isReadOnly: row.volatility !== 'v',
			returns: row.returns
		});
		functions.set(row.name, found);
	}
	return functions;
}

function parametersOf({ names, modes, types, defaults }: CatalogueRow): Parameter[] {
	const inputs = (names ?? []).filter((_, place) => !modes || ['i', 'b', 'v'].includes(modes[place]!));
	return types.map((type, place) => ({
		name: inputs[place] ?? '',
		type,
		isRequired: place < types.length - defaults
	}));
}

/** The overloads that take exactly these named arguments, defaults filling in what is missing. */
export function matching(candidates: ExposedFunction[], given: string[]): ExposedFunction[] {
	return candidates.filter(
		({ parameters }) =>
			given.every((name) => name !== '' && parameters.some((parameter) => parameter.name === name)) &&
			parameters.every(({ name, isRequired }) => !isRequired || given.includes(name))
	);
}

/**
 * The statement that calls it. `source` says where the arguments come from: a JSON object as $1, or one text parameter
 * each in the order of `given`. The answer is one row with the text of a JSON value in `body`.
 */
export function callOf(called: ExposedFunction, given: string[], source: 'json' | 'texts'): string {
	const used = given.map((name) => called.parameters.find((parameter) => parameter.name === name)!);
	const values = used.map(({ name, type }, place) =>
		source === 'json'
			? `${quoted(name)} := given.${quoted(name)}`
			: `${quoted(name)} := $${place + 1}::text::${type}`
	);
	const call = `api.${quoted(called.name)}(${values.join(', ')})`;
	const record = used.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ');
	const from =
		source === 'json' && used.length > 0 ? ` from json_to_record($1::json) as given (${record})` : '';
	switch (called.returns) {
		case 'void':
			return `select ${call}::text as body${from}`;
		case 'json':
			return `select coalesce(${call}::text, 'null') as body${from}`;
		case 'scalar':
			return `select coalesce(to_json(${call})::text, 'null') as body${from}`;
		case 'scalars':
			return `select coalesce(json_agg(answer), '[]')::text as body${from ? `${from}, lateral` : ' from'} ${call} as answer`;
		case 'row':
		case 'rows': {
			const rows = `select answer.*${from ? `${from}, lateral` : ' from'} ${call} as answer`;
			const body = called.returns === 'rows' ? `coalesce(json_agg(line), '[]')` : `json_agg(line) -> 0`;
			return `select (${body})::text as body from (${rows}) as line`;
		}
	}
}

function quoted(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}
