import { createClient } from '@supabase/supabase-js';
import type { SupabaseClient } from '@supabase/supabase-js';
import { getHome } from './home.server.ts';
import type { Home } from './home.server.ts';
import { problemFromRest } from './problem.ts';
import type { Json } from './problem.ts';
import type { Database } from './schema.gen.ts';

export type Client = SupabaseClient<Database, 'api'>;

/** Every function of schema `api`. */
export type FunctionName = keyof Database['api']['Functions'];

const serviceClients = new WeakMap<Home, Client>();

/** Speaks for someone who is not signed in. New each time: a sign-in through it must not be found by the next caller. */
export function anonClient(home: Home = getHome()): Client {
	return clientOf(home, home.anonKey, home.anonKey);
}

/** The same for a try that was counted already: the embedded auth server then does not count it again. Supabase does as it is set. */
export function countedClient(home: Home = getHome()): Client {
	return clientOf(
		home,
		home.anonKey,
		home.anonKey,
		home.kind === 'embedded' ? { 'x-kerbside-counted': 'yes' } : {}
	);
}

/** Speaks for the web server itself; row level security does not hold it back. */
export function serviceClient(home: Home = getHome()): Client {
	let client = serviceClients.get(home);
	if (!client) serviceClients.set(home, (client = clientOf(home, home.serviceKey, home.serviceKey)));
	return client;
}

/** Speaks for the member of staff to whom the token was given. */
export function staffClient(accessToken: string, home: Home = getHome()): Client {
	return clientOf(home, home.anonKey, accessToken);
}

// The token is a fixed header, so whatever session a client might come to hold, its calls speak for one identity only.
function clientOf(home: Home, key: string, token: string, headers: Record<string, string> = {}): Client {
	return createClient<Database, 'api'>(home.url, key, {
		db: { schema: 'api' },
		global: { fetch: home.fetch, headers: { ...headers, Authorization: `Bearer ${token}` } },
		auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false }
	});
}

export interface CallOptions {
	signal?: AbortSignal;
	/** Sends the call as GET: the database then refuses to write. */
	isRead?: boolean;
}

/** Calls `api.<fn>` and returns what it answers, or throws the refusal as an `ApiProblem`. */
export async function call<Answer = Json>(
	client: Client,
	fn: FunctionName,
	args: Record<string, unknown> = {},
	{ signal, isRead = false }: CallOptions = {}
): Promise<Answer> {
	// Left out is the SQL default; null is null.
	const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
	const asked = client.rpc(fn, given as never, { get: isRead });
	const { data, error, status } = await (signal ? asked.abortSignal(signal) : asked);
	if (error) throw problemFromRest(status, error);
	return data as Answer;
}
