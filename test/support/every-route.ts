// Every address the application answers, from the folder that SvelteKit makes its routes of, and a way to ask that does
// not tidy an address up before sending it.
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, relative } from 'node:path';
import { ROOT } from './tools.ts';

export interface Route {
	/** As SvelteKit names it: /photos/[sha256] */
	id: string;
	/** The names of its form actions; 'default' is none. */
	actions: string[];
}

const folder = join(ROOT, 'src/routes');

export function everyRoute(): Route[] {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
		entry.isFile()
	);
	const routes = new Map<string, Route>();
	for (const { name, parentPath } of files) {
		if (!/^\+(server\.[jt]s|page(@.*)?\.svelte|page\.server\.[jt]s)$/.test(name)) continue;
		const parts = relative(folder, parentPath).split(/[\\/]/);
		const id = `/${parts.filter((part) => part && !/^\(.*\)$/.test(part)).join('/')}`;
		const route = routes.get(id) ?? { id, actions: [] };
		routes.set(id, route);
		if (name.startsWith('+page.server'))
			route.actions = actionsIn(readFileSync(join(parentPath, name), 'utf8'));
	}
	return [...routes.values()].sort((a, b) => a.id.localeCompare(b.id));
}

/** `export const actions = { name: …` */
function actionsIn(source: string): string[] {
	const [, block = ''] = source.split(/export const actions[^=]*=\s*\{/);
	const names = [...block.matchAll(/^\t(\w+)(?::|\s*\(|,?$)/gm)].map(([, name]) => name as string);
	// The default one has no name in the address.
	return names.filter((name) => name !== 'default');
}

/** The addresses of a route with each of these words in the place of each of its parameters. */
export function addressesOf(id: string, words: readonly string[]): string[] {
	if (!id.includes('[')) return [id];
	return words.map((word) => id.replace(/\[\[?(?:\.\.\.)?[^\]]+\]?\]/g, word));
}

export interface Asked {
	status: number;
	type: string;
	headers: Record<string, string | string[] | undefined>;
	body: Buffer;
}

/** One request with the path exactly as it is written. A stream that does not end is left after `limitMs`. */
export function ask(
	base: string,
	method: string,
	path: string,
	headers: Record<string, string> = {},
	body: string | Buffer | null = null,
	limitMs = 1_500
): Promise<Asked> {
	const { hostname, port } = new URL(base);
	return new Promise((resolve, reject) => {
		const sending = request(
			{
				hostname,
				port,
				method,
				path,
				headers: { ...headers, ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }) }
			},
			(response) => {
				const chunks: Buffer[] = [];
				const done = () =>
					resolve({
						status: response.statusCode ?? 0,
						type: response.headers['content-type'] ?? '',
						headers: response.headers,
						body: Buffer.concat(chunks)
					});
				const isStream = response.headers['content-type']?.startsWith('text/event-stream');
				if (isStream) setTimeout(() => response.destroy(), limitMs);
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.once('end', done);
				response.once('close', done);
				response.on('error', done);
			}
		);
		sending.setTimeout(method === 'HEAD' ? 5_000 : 60_000, () => {
			// The head of a stream may never come; then nothing has come with it.
			if (method === 'HEAD') resolve({ status: 0, type: '', headers: {}, body: Buffer.alloc(0) });
			sending.destroy(new Error(`${method} ${path}: no answer in 60 s.`));
		});
		sending.once('error', reject);
		sending.end(body ?? undefined);
	});
}
