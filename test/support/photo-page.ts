// An empty page that has the browser's part of the photo pipeline and nothing else, served under the policy of our pages.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { build } from 'vite';
import { filePolicy } from '#server/content-policy.js';
import { ROOT } from './tools.ts';

const OWN: Record<string, string> = {
	'/': '<!doctype html><title>Photo</title><script type="module" src="/page.js"></script>',
	'/page.js': "import * as pipeline from '/photo.js'; globalThis.pipeline = pipeline;"
};

/** `globalThis.pipeline` on the page is src/lib/evidence/prepare-photo.ts. */
export interface PhotoPage {
	/** Where it is served on this machine. */
	port: number;
	/** Bytes the page may fetch, by address. */
	files: Map<string, Buffer>;
	/** What was asked for so far: address and bytes of the answer. */
	asked: { path: string; bytes: number }[];
	close(): Promise<void>;
}

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.html': 'text/html' };

export async function openPhotoPage(): Promise<PhotoPage> {
	const folder = await mkdtemp(join(tmpdir(), 'kerbside-photo-page-'));
	await build({
		root: ROOT,
		configFile: false,
		logLevel: 'error',
		worker: { format: 'es' },
		build: {
			target: 'es2022',
			assetsInlineLimit: 0,
			outDir: folder,
			emptyOutDir: true,
			copyPublicDir: false,
			rolldownOptions: {
				input: join(ROOT, 'src/lib/evidence/prepare-photo.ts'),
				preserveEntrySignatures: 'strict',
				output: { entryFileNames: 'photo.js' }
			}
		}
	});
	const files = new Map<string, Buffer>();
	const asked: PhotoPage['asked'] = [];
	const server = createServer(async (request, response) => {
		const path = normalize(new URL(request.url ?? '/', 'http://here').pathname);
		const body = OWN[path]
			? Buffer.from(OWN[path])
			: (files.get(path) ?? (await readFile(join(folder, path)).catch(() => Buffer.alloc(0))));
		asked.push({ path, bytes: body.length });
		response.writeHead(body.length ? 200 : 404, {
			'content-type': path === '/' ? 'text/html' : (TYPES[extname(path)] ?? 'application/octet-stream'),
			'content-security-policy': filePolicy,
			'cache-control': 'no-store'
		});
		response.end(body);
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	return {
		port: (server.address() as AddressInfo).port,
		files,
		asked,
		async close() {
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
			await rm(folder, { recursive: true, force: true });
		}
	};
}
