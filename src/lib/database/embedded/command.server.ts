import { resolve } from 'node:path';
import { createUser } from '../accounts.server.ts';
import type { Home, HomeOptions } from '../home.server.ts';
import { findSecret } from '../secret.server.ts';
import { AnotherSecret, fetchThrough, greet, NobodyListens } from './control-client.ts';
import { keysOf, openEmbedded, URL_BASE } from './home.server.ts';
import { DataDirHeld, holderOf } from './lock.ts';
import type { Holder } from './lock.ts';

/** A first start migrates and draws before it listens: seconds, half a minute where other things run. */
const PATIENCE_MS = 60_000;
const ASK_AGAIN_MS = 250;

/**
 * The home of a command: the database itself when nobody uses it, else the calls a running server answers. A server that
 * is still starting is waited for; two commands do not share a database, and the second is told who holds it.
 */
export async function openAsCommand(options: HomeOptions & { root: string }): Promise<Home> {
	const giveUpAt = performance.now() + PATIENCE_MS;
	for (let isTold = false; ; isTold = true) {
		try {
			return await openEmbedded({ ...options, demo: false });
		} catch (problem) {
			if (!(problem instanceof DataDirHeld)) throw problem;
			const home = await reachServer(options.dataDir);
			if (home) return home;
			const holder = await holderOf(options.dataDir);
			if (holder && (!holder.is_server || performance.now() > giveUpAt)) throw problem;
			if (!isTold) options.log.warn('server_awaited', { pid: problem.holder.pid });
			await new Promise((done) => setTimeout(done, ASK_AGAIN_MS));
		}
	}
}

/** Null: nobody holds the directory, or whoever does is not listening (yet, or any more). */
async function reachServer(dataDir: string): Promise<Home | null> {
	const holder = await holderOf(dataDir);
	if (!holder?.control) return null;
	const secret = await findSecret(dataDir);
	if (!secret) throw new AnotherSecret(dataDir);
	try {
		return await homeThrough(resolve(dataDir, holder.control), holder, secret, dataDir);
	} catch (problem) {
		if (problem instanceof NobodyListens) return null;
		throw problem;
	}
}

async function homeThrough(path: string, holder: Holder, secret: Buffer, dataDir: string): Promise<Home> {
	const { anonKey, serviceKey } = keysOf(secret);
	await greet(path, holder.token, serviceKey, dataDir);
	const fetch = fetchThrough(path);
	return {
		kind: 'embedded',
		url: URL_BASE,
		anonKey,
		serviceKey,
		secret,
		fetch,
		spool: null,
		onEvent: () => () => undefined,
		async health() {
			const detail = { kind: 'embedded', through: holder.pid };
			return greet(path, holder.token, serviceKey, dataDir).then(
				() => ({ ok: true, detail }),
				() => ({ ok: false, detail })
			);
		},
		createUser: (input) => createUser({ url: URL_BASE, serviceKey, fetch }, input),
		seeding: null,
		fillDemo: async () => undefined,
		announce: async () => undefined,
		close: async () => undefined
	};
}
