// The part of PostgREST that supabase-js uses for `rpc`: same paths, statuses and bodies (version 12), one schema `api`.

import { TokenRefused, verifyToken } from '../jwt.ts';
import type { Claims } from '../jwt.ts';
import type { Log } from '../log.ts';
import type { Executor, Identity, Lane, QueryResult, RunOptions } from './executor.ts';
import { callOf, matching, readFunctions } from './functions.ts';
import type { ExposedFunction } from './functions.ts';
import { refusalOf } from './sqlstate.ts';

export interface RestOptions {
	executor: Executor;
	/** What access tokens and API keys are signed with. */
	jwtKey: Buffer;
	log: Log;
}

export interface RestServer {
	/** Answers requests whose path starts with /rest/v1; in the call's own lane unless told another. */
	fetch(request: Request, lane?: Lane): Promise<Response>;
	/** Reads the functions again, after a migration. */
	reload(): Promise<void>;
}

const SCHEMA = 'api';
const MAX_BODY = 16 * 1024 * 1024;
const MAX_DEPTH = 200;
const ROLES = ['anon', 'authenticated', 'service_role'];
const JSON_TYPE = 'application/json; charset=utf-8';
const JSON_TYPES = ['*/*', 'application/*', 'application/json', 'application/vnd.pgrst.object+json'];

/** Which calls go first and which last; the others are in between. */
const LANES: Record<string, Lane> = {
	admit: 'intake',
	submit_report: 'intake',
	submit_staff_report: 'intake',
	record_photo: 'intake',
	verify_log: 'bulk',
	log_page: 'bulk',
	log_marks: 'bulk',
	replay_differences: 'bulk'
};

function laneOf(name: string): Lane {
	return LANES[name] ?? (/^(import|export)_/.test(name) ? 'bulk' : 'normal');
}

const MAX_TRIES = 4;

export function openRest({ executor, jwtKey, log }: RestOptions): RestServer {
	let functions: Promise<Map<string, ExposedFunction[]>> | null = null;

	async function functionsNow() {
		functions ??= readFunctions(executor).catch((error: unknown) => {
			functions = null;
			throw error;
		});
		return functions;
	}

	async function route(request: Request, lane?: Lane): Promise<Response> {
		const url = new URL(request.url);
		const path = url.pathname.replace(/^\/rest\/v1/, '');
		const identity = identify(request, jwtKey);
		if (identity instanceof Response) return identity;
		const isAnon = identity.role === 'anon';
		const profile = request.headers.get(isRead(request) ? 'accept-profile' : 'content-profile') ?? SCHEMA;
		if (profile !== SCHEMA) {
			return refuse(406, 'PGRST106', `The schema must be one of the following: ${SCHEMA}`);
		}
		const name = /^\/rpc\/([^/]+)$/.exec(path)?.[1];
		if (name === undefined) return relationMissing(path);
		try {
			return await call(decoded(name), url, request, identity, lane);
		} catch (error) {
			const { status, body, headers } = refusalOf(error, isAnon);
			if (status >= 500) log.error('call_failed', { call: name, sqlstate: body.code, status });
			return jsonOf(body, status, headers);
		}
	}

	async function call(
		name: string,
		url: URL,
		request: Request,
		identity: Identity,
		lane: Lane = laneOf(name)
	): Promise<Response> {
		if (!isRead(request) && request.method !== 'POST') {
			return refuse(405, 'PGRST101', `Cannot use the ${request.method} method on RPC`);
		}
		if (!acceptsJson(request)) {
			return refuse(
				415,
				'PGRST107',
				`None of these media types are available: ${request.headers.get('accept')}`
			);
		}
		const given = isRead(request) ? argumentsOfQuery(url) : await argumentsOfBody(request);
		if (given instanceof Response) return given;

		const candidates = (await functionsNow()).get(name) ?? [];
		const [called, another] = matching(candidates, given.names);
		if (!called) return functionMissing(name, given);
		if (another) {
			const both = [called, another].map(signatureOf).join(', ');
			return refuse(300, 'PGRST203', `Could not choose the best candidate function between: ${both}`, {
				hint: 'Try renaming the parameters or the function itself in the database so function overloading can be resolved'
			});
		}
		const sql = callOf(called, given.names, given.source);
		const params = given.source === 'json' && given.names.length === 0 ? [] : given.values;
		const options: RunOptions = {
			readOnly: called.isReadOnly || isRead(request),
			request: { method: request.method, path: `/rpc/${name}`, headers: headersOf(request) }
		};
		const [result] = await retrying(() => executor.run(identity, [{ sql, params }], lane, options));
		if (called.returns === 'void') return new Response(null, { status: 204 });
		const body = (result as QueryResult).rows[0]?.body as string | null | undefined;
		return new Response(request.method === 'HEAD' ? null : (body ?? 'null'), {
			headers: { 'content-type': JSON_TYPE }
		});
	}

	return {
		fetch: route,
		async reload() {
			functions = null;
			await functionsNow();
		}
	};
}

function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

function isRead(request: Request): boolean {
	return request.method === 'GET' || request.method === 'HEAD';
}

/** Serialization failures and deadlocks are nobody's mistake: the same transaction may succeed a moment later. */
async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
	for (let tries = 1; ; tries += 1) {
		try {
			return await attempt();
		} catch (error) {
			const { code } = error as { code?: string };
			if (tries >= MAX_TRIES || (code !== '40001' && code !== '40P01')) throw error;
			await new Promise((done) => setTimeout(done, tries * 10 * (1 + Math.random())));
		}
	}
}

/**
 * Who calls: the gateway asks for an API key of this home, the bearer token (the key itself when there is none) says the
 * role. A token without a role speaks as anon.
 */
function identify(request: Request, jwtKey: Buffer): Identity | Response {
	const key = request.headers.get('apikey');
	const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
	if (!key) {
		return Response.json(
			{ message: 'No API key found in request', hint: 'No `apikey` request header or url param was found.' },
			{ status: 401 }
		);
	}
	let claims: Claims;
	try {
		verifyToken(key, jwtKey);
		claims = verifyToken(bearer ?? key, jwtKey);
	} catch (error) {
		if (!(error instanceof TokenRefused)) throw error;
		return refuse(401, 'PGRST301', error.message, {
			headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="${error.message}"` }
		});
	}
	const role = claims.role ?? 'anon';
	if (!ROLES.includes(role)) return refuse(403, '42501', `permission denied to set role "${role}"`);
	return { role: role as Identity['role'], claims: { ...claims, role } };
}

interface Arguments {
	names: string[];
	values: string[];
	source: 'json' | 'texts';
}

function argumentsOfQuery(url: URL): Arguments {
	const given = new Map([...url.searchParams].filter(([name]) => name !== 'select'));
	return { names: [...given.keys()], values: [...given.values()], source: 'texts' };
}

/** The body goes to the database as it came, so that numbers keep every digit; here only its keys are read. */
async function argumentsOfBody(request: Request): Promise<Arguments | Response> {
	const type = (request.headers.get('content-type') ?? 'application/json')
		.split(';')[0]!
		.trim()
		.toLowerCase();
	if (type !== 'application/json') return refuse(400, 'PGRST102', `Content-Type not acceptable: ${type}`);
	const text = await readBounded(request);
	if (text === null) return refuse(413, '54000', `The body exceeds ${MAX_BODY} bytes.`);
	if (text === '') return { names: [], values: ['{}'], source: 'json' };
	let body: unknown;
	try {
		body = JSON.parse(text);
	} catch {
		return refuse(400, 'PGRST102', 'Empty or invalid json');
	}
	if (!body || typeof body !== 'object' || Array.isArray(body)) {
		return refuse(400, 'PGRST102', 'The arguments must be one JSON object.');
	}
	if (depthOf(text) > MAX_DEPTH)
		return refuse(400, 'PGRST102', `The JSON is nested deeper than ${MAX_DEPTH}.`);
	return { names: Object.keys(body), values: [text], source: 'json' };
}

async function readBounded(request: Request): Promise<string | null> {
	if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY) return null;
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of request.body ?? []) {
		size += (chunk as Uint8Array).byteLength;
		if (size > MAX_BODY) return null;
		chunks.push(chunk as Uint8Array);
	}
	return Buffer.concat(chunks).toString('utf8');
}

/** How deep the brackets of valid JSON go. The database's parser recurses, ours does not. */
function depthOf(text: string): number {
	let depth = 0;
	let deepest = 0;
	let isInString = false;
	for (let at = 0; at < text.length; at += 1) {
		const character = text.charCodeAt(at);
		if (isInString) {
			if (character === 92) at += 1;
			else if (character === 34) isInString = false;
		} else if (character === 34) isInString = true;
		else if (character === 123 || character === 91) deepest = Math.max(deepest, (depth += 1));
		else if (character === 125 || character === 93) depth -= 1;
	}
	return deepest;
}

function acceptsJson(request: Request): boolean {
	const accepted = (request.headers.get('accept') ?? '*/*')
		.split(',')
		.map((type) => type.split(';')[0]!.trim());
	return accepted.some((type) => JSON_TYPES.includes(type));
}

/** The request's headers for SQL, without what authenticates the caller. */
function headersOf(request: Request): Record<string, string> {
	const headers: Record<string, string> = {};
	for (const [name, value] of request.headers) {
		if (!['authorization', 'apikey', 'cookie'].includes(name)) headers[name] = value;
	}
	return headers;
}

function signatureOf({ name, parameters }: ExposedFunction): string {
	return `${SCHEMA}.${name}(${parameters.map((parameter) => `${parameter.name} => ${parameter.type}`).join(', ')})`;
}

function functionMissing(name: string, { names, source }: Arguments): Response {
	const sorted = [...names].sort();
	const called =
		sorted.length > 0 ? `${SCHEMA}.${name}(${sorted.join(', ')})` : `${SCHEMA}.${name} without parameters`;
	const parameters = sorted.length > 1 ? `parameters ${sorted.join(', ')}` : `parameter ${sorted.join('')}`;
	const searched = sorted.length > 0 ? `with ${parameters}` : 'without parameters';
	const unnamed = source === 'json' ? ' or with a single unnamed json/jsonb parameter' : '';
	return refuse(404, 'PGRST202', `Could not find the function ${called} in the schema cache`, {
		details: `Searched for the function ${SCHEMA}.${name} ${searched}${unnamed}, but no matches were found in the schema cache.`
	});
}

/** No table is exposed: whatever is asked for is not there. */
function relationMissing(path: string): Response {
	const relation = decoded(path.slice(1));
	if (relation === '' || relation.includes('/'))
		return refuse(404, 'PGRST125', 'Invalid path specified in request URL');
	return refuse(404, '42P01', `relation "${SCHEMA}.${relation}" does not exist`);
}

function refuse(
	status: number,
	code: string,
	message: string,
	more: { details?: string; hint?: string; headers?: Record<string, string> } = {}
): Response {
	const body = { code, message, details: more.details ?? null, hint: more.hint ?? null };
	return jsonOf(body, status, more.headers);
}

function jsonOf(body: object, status: number, headers: Record<string, string> = {}): Response {
	return new Response(JSON.stringify(body), { status, headers: { 'content-type': JSON_TYPE, ...headers } });
}
