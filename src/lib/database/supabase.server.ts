import { createUser } from './accounts.server.ts';
import type { Home, HomeOptions } from './home.server.ts';
import { readSecret } from './secret.server.ts';

const POLL_MS = 250;
const ANSWER_WITHIN_MS = 30_000;

/** A Supabase project, spoken to over the network. Its schema is brought there by `supabase db push`, not from here. */
export async function openSupabase(
	options: HomeOptions & { supabaseUrl: string; anonKey: string; serviceKey: string }
): Promise<Home> {
	const { dataDir, anonKey, serviceKey, log } = options;
	const url = options.supabaseUrl.replace(/\/+$/, '');
	const secret = await readSecret(dataDir);
	const headers = {
		apikey: serviceKey,
		authorization: `Bearer ${serviceKey}`,
		'content-type': 'application/json',
		'content-profile': 'api'
	};

	async function head(): Promise<string> {
		const response = await fetch(`${url}/rest/v1/rpc/tail`, {
			method: 'POST',
			headers,
			body: JSON.stringify({ after: Number.MAX_SAFE_INTEGER, max_rows: 1 }),
			signal: AbortSignal.timeout(10_000)
		});
		if (!response.ok) throw new Error(`The project answered ${response.status}.`);
		const { epoch, head: position } = (await response.json()) as { epoch: string; head: number };
		return `${epoch} ${position}`;
	}

	const heads = watch(head, () => log.warn('event_poll_failed'));
	return {
		kind: 'supabase',
		url,
		anonKey,
		serviceKey,
		secret,
		spool: null,
		async fetch(input, init) {
			const signal = init?.signal ?? AbortSignal.timeout(ANSWER_WITHIN_MS);
			const response = await fetch(input, { ...init, signal });
			// What went through this process is told at once; asking finds what came in through others.
			if (response.ok && mayHaveLogged(input, init)) heads.tell();
			return response;
		},
		onEvent: heads.listen,
		async health() {
			const startedAt = performance.now();
			try {
				await head();
				return { ok: true, detail: { kind: 'supabase', ms: Math.round(performance.now() - startedAt) } };
			} catch {
				return { ok: false, detail: { kind: 'supabase' } };
			}
		},
		createUser: (input) => createUser({ url, serviceKey, fetch }, input),
		seeding: null,
		fillDemo: async () => undefined,
		announce: async () => undefined,
		close: async () => heads.stop()
	};
}

/** Calls that read go by GET, or are the two that whoever is told makes itself. */
function mayHaveLogged(input: RequestInfo | URL, init: RequestInit | undefined): boolean {
	const isRequest = input instanceof Request;
	const method = init?.method ?? (isRequest ? input.method : 'GET');
	const { pathname } = new URL(isRequest ? input.url : input);
	return method === 'POST' && /\/rest\/v1\/rpc\/(?!(tail|wall_figures)$)/.test(pathname);
}

/** Asks for the head of the log while anyone listens, and tells them when it moved. One request at a time. */
function watch(head: () => Promise<string>, onFirstFailure: () => void) {
	const listeners = new Set<() => void>();
	let timer: NodeJS.Timeout | undefined;
	let last: string | null = null;
	let failures = 0;

	const tell = () => {
		for (const listener of listeners) listener();
	};

	async function poll(): Promise<void> {
		try {
			const now = await head();
			if (last !== null && now !== last) tell();
			last = now;
			failures = 0;
		} catch {
			if (failures++ === 0) onFirstFailure();
		}
		// A project that does not answer is asked less and less often.
		if (listeners.size > 0)
			timer = setTimeout(() => void poll(), Math.min(POLL_MS * 2 ** failures, 10_000)).unref();
		else timer = undefined;
	}

	return {
		tell,
		listen(listener: () => void): () => void {
			listeners.add(listener);
			timer ??= setTimeout(() => void poll(), 0).unref();
			return () => listeners.delete(listener);
		},
		stop() {
			listeners.clear();
			clearTimeout(timer);
		}
	};
}
