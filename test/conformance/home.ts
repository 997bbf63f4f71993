import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { openAuth } from '#lib/database/embedded/auth.ts';
import { fetchThrough } from '#lib/database/embedded/control-client.ts';
import { openControl } from '#lib/database/embedded/control-server.ts';
import type { Executor } from '#lib/database/embedded/executor.ts';
import { openRest } from '#lib/database/embedded/rest.ts';
import { openStorage } from '#lib/database/embedded/storage.ts';
import { DatabaseThread } from '#lib/database/embedded/thread.ts';
import { mintToken, type Claims } from '#lib/database/jwt.ts';
import type { Log } from '#lib/database/log.ts';
import { migratedDataDir } from '#test/support/migrated.ts';
import { startNative } from '#test/support/native.ts';
import { ROOT } from '#test/support/tools.ts';

/** What the suite sees of a home: the same for both, so that it cannot treat them differently. */
export interface TestHome {
	url: string;
	anonKey: string;
	serviceKey: string;
	fetch: typeof globalThis.fetch;
	executor: Executor;
	storageDirectory: string;
	/** Moves the clock of sign-in and storage; the database's own is untouched. */
	setClock(secondsAhead: number): void;
	/** What that clock shows. */
	now(): number;
	tokenOf(claims: Claims): string;
	client(token?: string, headers?: Record<string, string>): Client;
	close(): Promise<void>;
}

// The probes are not in the generated types.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Client = SupabaseClient<any, 'api', 'api'>;

const PROBES = join(ROOT, 'test/conformance/migrations');
const WEAK_PASSWORDS = { log2N: 10, blockSize: 8, parallelism: 1 };
const URL = 'http://embedded.kerbside.internal';
const YEARS = 10 * 365 * 86_400;
const quiet: Log = { info() {}, warn() {}, error() {} };

function clock() {
	let ahead = 0;
	return { now: () => Date.now() + ahead * 1000, set: (seconds: number) => void (ahead = seconds) };
}

/** Through the socket: as a command speaks to a running server. */
export async function openEmbedded({ isThroughSocket = false } = {}): Promise<TestHome> {
	const directory = await migratedDataDir('conformance');
	const databaseDir = join(directory, 'database');
	const thread = await DatabaseThread.open({ databaseDir, root: ROOT, log: quiet });
	for (const file of await readdir(PROBES)) {
		const sql = await readFile(join(PROBES, file), 'utf8');
		await thread.run({ role: 'postgres', claims: {} }, [{ sql }], 'bulk');
	}
	const jwtKey = randomBytes(32);
	const { now, set } = clock();
	const storageDirectory = join(directory, 'storage');
	const rest = openRest({ executor: thread, jwtKey, log: quiet });
	const auth = openAuth({ executor: thread, jwtKey, url: URL, now, passwordCost: WEAK_PASSWORDS });
	const storage = openStorage({ executor: thread, directory: storageDirectory, jwtKey, now });
	const answer = async (input: RequestInfo | URL, init?: RequestInit) => {
		const request = new Request(input, init);
		const { pathname } = new globalThis.URL(request.url);
		if (pathname.startsWith('/rest/v1')) return rest.fetch(request);
		return pathname.startsWith('/auth/v1') ? auth.fetch(request) : storage.fetch(request);
	};
	const door = isThroughSocket
		? await openControl({ dataDir: directory, url: URL, fetch: answer, hello: { token: '', key: '' } })
		: null;
	return homeOf({
		url: URL,
		jwtKey,
		fetch: door ? fetchThrough(door.path) : (answer as typeof fetch),
		executor: thread,
		storageDirectory,
		setClock: set,
		now,
		async close() {
			await door?.close();
			await thread.close();
			await rm(directory, { recursive: true, force: true });
		}
	});
}

export async function openNative(): Promise<TestHome> {
	const { now, set } = clock();
	const native = await startNative({
		fsync: false,
		moreMigrations: [PROBES],
		now,
		passwordCost: WEAK_PASSWORDS
	});
	return homeOf({
		url: native.url,
		jwtKey: Buffer.from(native.jwtSecret),
		keys: { anonKey: native.anonKey, serviceKey: native.serviceKey },
		fetch: globalThis.fetch,
		executor: native.executor,
		storageDirectory: native.storageDirectory,
		setClock: set,
		now,
		close: native.close
	});
}

type Parts = Omit<TestHome, 'tokenOf' | 'client' | 'anonKey' | 'serviceKey'> & {
	jwtKey: Buffer;
	keys?: { anonKey: string; serviceKey: string };
};

function homeOf({ jwtKey, keys, ...parts }: Parts): TestHome {
	const issuedAt = Math.floor(Date.now() / 1000);
	const tokenOf = (claims: Claims) =>
		mintToken({ aud: 'authenticated', iat: issuedAt, exp: issuedAt + 3600, ...claims }, jwtKey);
	const anonKey = keys?.anonKey ?? tokenOf({ role: 'anon', exp: issuedAt + YEARS });
	const serviceKey = keys?.serviceKey ?? tokenOf({ role: 'service_role', exp: issuedAt + YEARS });
	return {
		...parts,
		anonKey,
		serviceKey,
		tokenOf,
		client(token = anonKey, headers = {}) {
			const apiKey = token === serviceKey ? serviceKey : anonKey;
			// A bearer that is set here is left alone by supabase-js.
			return createClient(parts.url, apiKey, {
				db: { schema: 'api' },
				auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
				global: { fetch: parts.fetch, headers: { Authorization: `Bearer ${token}`, ...headers } }
			}) as unknown as Client;
		}
	};
}
