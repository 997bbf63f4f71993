import { resolve } from 'node:path';
import { openAsCommand } from './embedded/command.server.ts';
import { openEmbedded } from './embedded/home.server.ts';
import type { IntakeSpool } from './embedded/spool.ts';
import type { Log } from './log.ts';
import { openSupabase } from './supabase.server.ts';

/** Where the data lives: inside this process, or in a Supabase project. Both answer the same calls. */
export interface Home {
	kind: 'embedded' | 'supabase';
	/** The base of every address the client asks `fetch` for. */
	url: string;
	anonKey: string;
	serviceKey: string;
	/** Answers /rest/v1, /auth/v1 and /storage/v1. */
	fetch: typeof globalThis.fetch;
	/** Takes submissions before the database does; null where the database itself is durable. */
	spool: IntakeSpool | null;
	/** Calls back after commits that may have logged events; returns how to stop listening. */
	onEvent(listener: () => void): () => void;
	health(): Promise<{ ok: boolean; detail: Record<string, unknown> }>;
	/** The installation's secret. Keys are derived from it, each with a label of its own. */
	secret: Buffer;
	createUser(input: { id?: string; login: string; password: string }): Promise<{ id: string }>;
	/** How far the demo's history has been brought in, in cases; null when there is nothing to do. `of` is 0 until known. */
	seeding: Seeding | null;
	/** Does what is left of the demo's history, once for an installation; a start that was cut short goes on here. */
	fillDemo(work: FillDemo): Promise<void>;
	/** Tells who is refused the data directory where this process can be reached. */
	announce(address: string): Promise<void>;
	close(): Promise<void>;
}

export interface Seeding {
	done: number;
	of: number;
}

/** Brings in a history that may be there in part: what is there already is found by its keys. */
export type FillDemo = (home: Home, onProgress: (done: number, of: number) => void) => Promise<unknown>;

export interface HomeOptions {
	dataDir: string;
	/** Draws the demo into an empty city. */
	demo: boolean;
	/**
	 * `server`: commands may speak to the data through this process. `command`: when a server holds the data, it answers
	 * our calls. Otherwise the data is ours alone, or refused.
	 */
	as?: 'server' | 'command';
	log: Log;
	/** With the two keys: use this project instead of the embedded database. */
	supabaseUrl?: string;
	anonKey?: string;
	serviceKey?: string;
	/** The project's folder, where migrations and the database thread are. */
	root?: string;
	/** Brings the demo's streets and areas into an empty city. Embedded only. */
	afterMigrate?: (home: Home) => Promise<void>;
}

export async function openHome(options: HomeOptions): Promise<Home> {
	const root = resolve(options.root ?? process.env.KERBSIDE_ROOT ?? process.cwd());
	const dataDir = resolve(options.dataDir);
	const { supabaseUrl, anonKey, serviceKey } = options;
	if (supabaseUrl === undefined) {
		const embedded = { ...options, root, dataDir };
		return options.as === 'command' ? openAsCommand(embedded) : openEmbedded(embedded);
	}
	if (!anonKey || !serviceKey)
		throw new Error('A Supabase project needs its URL, its anon key and its service key.');
	return openSupabase({ ...options, dataDir, supabaseUrl, anonKey, serviceKey });
}

// The entry point opens the home from source; the bundled pages find it here, not in a module of their own.
const key = Symbol.for('kerbside.home');
const shared = globalThis as { [key]?: Home };

export function setHome(home: Home): void {
	shared[key] = home;
}

export function getHome(): Home {
	const home = shared[key];
	if (!home) throw new Error('No home is open: call setHome first.');
	return home;
}
