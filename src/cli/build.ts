// Builds the web application when its sources have changed since the last build, in a child process: the home opens
// meanwhile, and Vite's memory is given back.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const sources = ['src', 'static', 'messages', 'svelte.config.js', 'vite.config.ts', 'package-lock.json'];
const ignored = /(^|\/)(\.|src\/cli\/|src\/lib\/i18n\/generated\/)|\.test\.ts$/;

export interface Build {
	/** Resolves to whether anything had to be built. */
	done: Promise<boolean>;
	cancel: () => void;
}

export class BuildFailed extends Error {
	constructor(output: string) {
		super(output);
		this.name = 'BuildFailed';
	}
}

/** One hash over the path and content of everything that goes into a build. */
export function hashSources(root: string): string {
	const hash = createHash('sha256');
	const visit = (path: string) => {
		const name = relative(root, path).replaceAll('\\', '/');
		if (ignored.test(name) || !existsSync(path)) return;
		let entries;
		try {
			entries = readdirSync(path, { withFileTypes: true });
		} catch {
			hash.update(`${name}\0`).update(readFileSync(path));
			return;
		}
		for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) visit(join(path, entry.name));
	};
	for (const source of sources) visit(join(root, source));
	return hash.digest('hex');
}

export function buildIfChanged(root: string, out: string, onStart: () => void): Build {
	const hash = hashSources(root);
	const marker = join(root, out, '.source-hash');
	if (
		existsSync(join(root, out, 'handler.js')) &&
		existsSync(marker) &&
		readFileSync(marker, 'utf8') === hash
	) {
		return { done: Promise.resolve(false), cancel: () => {} };
	}
	onStart();
	const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
	const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
		cwd: root,
		env: { ...process.env, NODE_ENV: 'production', BUILD_DIR: out },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	let output = '';
	const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000));
	child.stdout.on('data', keep);
	child.stderr.on('data', keep);
	const done = new Promise<boolean>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code) => {
			if (code !== 0) return reject(new BuildFailed(output));
			writeFileSync(marker, hash);
			resolve(true);
		});
	});
	return { done, cancel: () => void child.kill() };
}
