import { randomUUID } from 'node:crypto';
import { link, open, readFile, readlink, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeDataDir } from '../data-dir.ts';

/** Who holds a data directory. The facts of the process tell a live holder from a recycled process id. */
export interface Holder {
	token: string;
	pid: number;
	/** Clock ticks between boot and that process's start; null where there is no /proc. */
	process_started: string | null;
	boot_id: string | null;
	/** A process id means something only inside its namespace: two containers may share a directory. */
	pid_namespace: string | null;
	host: string;
	started_at: string;
	address: string;
	/** A server, which answers commands while it runs; anything else is gone in a moment or refuses. */
	is_server?: boolean;
	/** The socket on which it answers commands; null until it listens. */
	control?: string | null;
}

export interface DataLock {
	readonly token: string;
	/** Sockets that holders who died had noted. */
	readonly leftBehind: string[];
	/** Tells the next one who asks where we can be reached. */
	note(facts: { address?: string; control?: string | null }): Promise<void>;
	release(): Promise<void>;
}

export interface LockOptions {
	address?: string;
	isServer?: boolean;
}

export class DataDirHeld extends Error {
	readonly holder: Holder;

	constructor(dataDir: string, holder: Holder) {
		const where = holder.address ? `, serving ${holder.address}` : '';
		super(
			`${dataDir} is in use by process ${holder.pid} on ${holder.host}${where}, since ${holder.started_at}. ` +
				'Stop that one first, or set DATA_DIR to another directory. / ' +
				`数据目录正被进程 ${holder.pid} 使用，请先停止它，或用 DATA_DIR 另选一个目录。`
		);
		this.name = 'DataDirHeld';
		this.holder = holder;
	}
}

const HEARTBEAT_MS = 5_000;
const SILENT_AFTER_MS = 60_000;

/**
 * Takes a data directory for this process, or throws `DataDirHeld`. PGlite has no lock of its own: two processes on one
 * directory silently lose each other's rows.
 *
 * A dead holder's file is never removed to make room: between reading and removing it, another taker may have put a live
 * one there. Instead the taker creates, exclusively, the dead holder's *successor* (`kerbside.lock.<its token>`), of
 * which there can be one. Whoever is at the end of that chain holds the directory, and then moves its own file over the
 * first in one step. A taker that was too slow finds, on reading again, that the chain no longer ends with it.
 */
export async function takeLock(dataDir: string, options: LockOptions = {}): Promise<DataLock> {
	await makeDataDir(dataDir);
	const root = rootOf(dataDir);
	const mine = await describe(options);
	for (let attempt = 0; attempt < 20; attempt += 1) {
		const chain = await readChain(root);
		const end = chain.at(-1);
		if (end && (await isAlive(end.holder, end.path))) throw new DataDirHeld(dataDir, end.holder);
		const path = end ? successorOf(root, end.holder) : root;
		if (!(await place(path, mine))) continue;

		const after = await readChain(root);
		if (after.at(-1)?.holder.token !== mine.token) {
			await rm(path, { force: true });
			continue;
		}
		if (path !== root) await rename(path, root);
		for (const { path: old } of chain) if (old !== root) await rm(old, { force: true });
		return hold(
			root,
			mine,
			chain.flatMap(({ holder }) => holder.control ?? [])
		);
	}
	throw new Error(`The lock of ${dataDir} could not be taken: others keep taking it.`);
}

/** The living process that holds a data directory, or null. Taking the lock is the only way to be sure of it. */
export async function holderOf(dataDir: string): Promise<Holder | null> {
	const end = (await readChain(rootOf(dataDir))).at(-1);
	return end && (await isAlive(end.holder, end.path)) ? end.holder : null;
}

function rootOf(dataDir: string): string {
	return join(dataDir, 'kerbside.lock');
}

function hold(root: string, mine: Holder, leftBehind: string[]): DataLock {
	let noting = Promise.resolve();
	const heartbeat = setInterval(() => {
		const now = new Date();
		void utimes(root, now, now).catch(() => undefined);
	}, HEARTBEAT_MS).unref();
	return {
		token: mine.token,
		leftBehind,
		note(facts) {
			Object.assign(mine, facts);
			const before = noting.catch(() => undefined);
			noting = before.then(async () => {
				const beside = `${root}.new`;
				await rm(beside, { force: true });
				await write(beside, mine);
				await rename(beside, root);
			});
			return noting;
		},
		async release() {
			clearInterval(heartbeat);
			await noting.catch(() => undefined);
			const holder = await read(root);
			if (holder?.token === mine.token) await rm(root, { force: true });
		}
	};
}

interface Link {
	path: string;
	holder: Holder;
}

/** The first holder and, while they are dead, their successors. Empty: nobody ever held it, or it was released. */
async function readChain(root: string): Promise<Link[]> {
	const chain: Link[] = [];
	for (let path = root; ;) {
		const holder = await read(path);
		if (!holder) return chain;
		chain.push({ path, holder });
		if (await isAlive(holder, path)) return chain;
		path = successorOf(root, holder);
	}
}

function successorOf(root: string, holder: Holder): string {
	return `${root}.${holder.token}`;
}

/** True when the file is ours now, false when there was one. It appears whole: written beside, then linked. */
async function place(path: string, holder: Holder): Promise<boolean> {
	const beside = `${path}.${randomUUID()}`;
	await write(beside, holder);
	try {
		await link(beside, path).catch(async (error: NodeJS.ErrnoException) => {
			// Some file systems know no hard links.
			if (error.code === 'EEXIST') throw error;
			await write(path, holder);
		});
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	} finally {
		await rm(beside, { force: true });
	}
}

async function write(path: string, holder: Holder): Promise<void> {
	const file = await open(path, 'wx', 0o600);
	try {
		await file.writeFile(`${JSON.stringify(holder, null, '\t')}\n`);
		await file.sync();
	} finally {
		await file.close();
	}
}

async function read(path: string): Promise<Holder | null> {
	let text: string;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
	try {
		const holder = JSON.parse(text) as Holder;
		if (Number.isInteger(holder.pid) && /^[0-9a-f-]{36}$/.test(holder.token)) return holder;
	} catch {
		// Told below: a file that says nothing has no live holder.
	}
	return { ...NOBODY };
}

/** Stands for a lock file that cannot be read, such as one cut short by a power loss. */
const NOBODY: Holder = {
	token: 'unreadable',
	pid: 0,
	process_started: null,
	boot_id: null,
	pid_namespace: null,
	host: '',
	started_at: '',
	address: ''
};

async function describe({ address = '', isServer = false }: LockOptions): Promise<Holder> {
	return {
		token: randomUUID(),
		pid: process.pid,
		process_started: await processStart(process.pid),
		boot_id: await bootId(),
		pid_namespace: await pidNamespace(),
		host: hostname(),
		started_at: new Date().toISOString(),
		address,
		is_server: isServer,
		control: null
	};
}

async function isAlive(holder: Holder, path: string): Promise<boolean> {
	if (holder.token === NOBODY.token) return false;
	const isSameKernel = holder.boot_id !== null && holder.boot_id === (await bootId());
	if (holder.host === hostname() && holder.boot_id !== null && !isSameKernel) return false; // before the last boot
	const canAsk =
		(isSameKernel && holder.pid_namespace === (await pidNamespace())) ||
		(holder.boot_id === null && holder.host === hostname());
	if (!canAsk) {
		// On another machine or in another container: alive while its heartbeat is.
		const beat = await stat(path).catch(() => null);
		return beat !== null && Date.now() - beat.mtimeMs < SILENT_AFTER_MS;
	}
	try {
		process.kill(holder.pid, 0);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
	}
	const started = await processStart(holder.pid);
	return holder.process_started === null || started === null || started === holder.process_started;
}

/** Field 22 of /proc/<pid>/stat; the name before it may hold spaces and brackets. */
async function processStart(pid: number): Promise<string | null> {
	const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
	return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

async function bootId(): Promise<string | null> {
	const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null);
	return text?.trim() ?? null;
}

async function pidNamespace(): Promise<string | null> {
	return readlink('/proc/self/ns/pid').catch(() => null);
}
