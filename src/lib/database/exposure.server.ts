import { call, serviceClient } from './client.server.ts';
import type { Home } from './home.server.ts';

/** What anyone may call: it tells where the city is, what its streets are called and how many cases each has, and changes nothing. */
export const PUBLIC_CALLS: readonly string[] = [
	'city',
	'basemap',
	'base_features',
	'search_streets',
	'search',
	'public_map',
	'public_street',
	'street_names'
];

const BUCKETS = ['originals', 'derivatives', 'published'];
const AT_ONCE = 6;

interface Exposed {
	calls: { name: string; args: { name: string; type: string }[]; anon: boolean }[];
	tables: string[] | null;
}

interface Caller {
	name: string;
	headers: Record<string, string>;
}

/** The database would tell strangers what it should not, so nothing may be served from it. */
export class HomeExposed extends Error {
	readonly findings: string[];

	constructor(findings: string[]) {
		super(
			`Refusing to serve: without credentials one can\n${findings.map((finding) => `  - ${finding}`).join('\n')}`
		);
		this.name = 'HomeExposed';
		this.findings = findings;
	}
}

/**
 * Tries, as someone without a key and as someone with the public one, every call and table there is, the photo buckets
 * and the administration of accounts. Throws `HomeExposed` with what succeeded. The calls carry null for every argument:
 * one that is refused does nothing, and one that is not is a fault to be mended before it can do more.
 */
export async function assertNotExposed(home: Home): Promise<void> {
	const exposed = await call<Exposed>(serviceClient(home), 'exposed_calls');
	const callers: Caller[] = [
		{ name: 'no key', headers: {} },
		{ name: 'the public key', headers: { apikey: home.anonKey, authorization: `Bearer ${home.anonKey}` } }
	];
	const object = await anObject(home);
	const attempts = callers.flatMap((caller) => [
		...exposed.calls.map((exposedCall) => () => tryCall(home, caller, exposedCall)),
		...(exposed.tables ?? []).map((table) => () => tryTable(home, caller, table)),
		...BUCKETS.map((bucket) => () => tryBucket(home, caller, bucket)),
		() => tryAccounts(home, caller),
		...(object ? [() => tryDownload(home, caller, object)] : [])
	]);
	if (home.kind === 'supabase') attempts.push(() => trySignUp(home));

	const findings: string[] = [];
	const work = attempts.values();
	await Promise.all(
		Array.from({ length: AT_ONCE }, async () => {
			for (const attempt of work) {
				const finding = await attempt();
				if (finding) findings.push(finding);
			}
		})
	);
	if (findings.length > 0) throw new HomeExposed(findings.sort());
}

type Finding = string | null;

/** Refused for want of privilege, or not known there at all. Any other answer means that the function was entered. */
async function tryCall(
	home: Home,
	caller: Caller,
	{ name, args }: Exposed['calls'][number]
): Promise<Finding> {
	const isPublic = PUBLIC_CALLS.includes(name) && 'apikey' in caller.headers;
	if (isPublic) return null;
	const response = await home.fetch(`${home.url}/rest/v1/rpc/${encodeURIComponent(name)}`, {
		method: 'POST',
		headers: { ...caller.headers, 'content-type': 'application/json', 'content-profile': 'api' },
		body: JSON.stringify(Object.fromEntries(args.map((arg) => [arg.name, null])))
	});
	const body = await bodyOf(response);
	const code = (body as { code?: string } | null)?.code ?? '';
	const isRefused = !response.ok && (code === '42501' || code.startsWith('PGRST') || response.status === 401);
	const answer = [response.status, code].filter(Boolean).join(' ');
	return isRefused ? null : `call api.${name} with ${caller.name} (answer ${answer})`;
}

async function tryTable(home: Home, caller: Caller, table: string): Promise<Finding> {
	for (const schema of ['app', 'api', 'public']) {
		const response = await home.fetch(`${home.url}/rest/v1/${encodeURIComponent(table)}?limit=1`, {
			headers: { ...caller.headers, 'accept-profile': schema }
		});
		await bodyOf(response);
		if (response.ok) return `read table ${schema}.${table} with ${caller.name}`;
	}
	return null;
}

/** Row level security answers a stranger with an empty list, which tells nothing. */
async function tryBucket(home: Home, caller: Caller, bucket: string): Promise<Finding> {
	const response = await list(home, caller.headers, bucket, '');
	return response.length > 0 ? `list the files of ${bucket} with ${caller.name}` : null;
}

async function tryDownload(home: Home, caller: Caller, path: string): Promise<Finding> {
	for (const way of ['', 'public/', 'authenticated/']) {
		const response = await home.fetch(`${home.url}/storage/v1/object/${way}${path}`, {
			headers: caller.headers
		});
		await response.body?.cancel();
		if (response.ok) return `download a file of ${path.split('/')[0]} with ${caller.name}`;
	}
	return null;
}

async function tryAccounts(home: Home, caller: Caller): Promise<Finding> {
	const response = await home.fetch(`${home.url}/auth/v1/admin/users`, { headers: caller.headers });
	await bodyOf(response);
	return response.ok ? `list the accounts with ${caller.name}` : null;
}

/** Whoever can sign up is `authenticated`; only the office creates accounts here. */
async function trySignUp(home: Home): Promise<Finding> {
	const response = await home.fetch(`${home.url}/auth/v1/settings`, { headers: { apikey: home.anonKey } });
	const settings = (await bodyOf(response)) as { disable_signup?: boolean } | null;
	return settings?.disable_signup === true
		? null
		: 'sign up: turn off "Allow new users to sign up" in the project';
}

/** Some stored file, found with the service key; null while there is none. */
async function anObject(home: Home): Promise<string | null> {
	const headers = { apikey: home.serviceKey, authorization: `Bearer ${home.serviceKey}` };
	for (const bucket of BUCKETS) {
		const [folder] = await list(home, headers, bucket, '');
		if (!folder) continue;
		const [file] = folder.id ? [folder] : await list(home, headers, bucket, folder.name);
		if (file) return folder.id ? `${bucket}/${folder.name}` : `${bucket}/${folder.name}/${file.name}`;
	}
	return null;
}

async function list(home: Home, headers: Record<string, string>, bucket: string, prefix: string) {
	const response = await home.fetch(`${home.url}/storage/v1/object/list/${bucket}`, {
		method: 'POST',
		headers: { ...headers, 'content-type': 'application/json' },
		body: JSON.stringify({ prefix, limit: 1, offset: 0 })
	});
	const body = await bodyOf(response);
	return response.ok && Array.isArray(body) ? (body as { name: string; id: string | null }[]) : [];
}

async function bodyOf(response: Response): Promise<unknown> {
	return response.json().catch(() => null);
}
