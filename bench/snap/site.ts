// Stands before the application on 127.0.0.1: passes everything on, compressed with gzip whatever the browser offers, and
// adds the pages that the benchmark compares with.
import { readFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { ROOT } from '#test/support/tools.ts';

export interface BenchSite {
	url: string;
	close(): void;
}

const types: Record<string, string> = {
	html: 'text/html; charset=utf-8',
	js: 'text/javascript',
	css: 'text/css',
	jpg: 'image/jpeg'
};

/** `folder`: where the pages of the benchmark are built. `photo`: what a camera gave. Without `mapFirst` that page is not built. */
export async function openBenchSite(
	appUrl: string,
	folder: string,
	photo: Buffer,
	mapFirst: boolean
): Promise<BenchSite> {
	await build({
		configFile: false,
		root: join(ROOT, 'bench/snap'),
		base: '/bench/',
		logLevel: 'error',
		publicDir: false,
		worker: { format: 'es' },
		build: {
			outDir: folder,
			emptyOutDir: true,
			target: 'es2022',
			assetsInlineLimit: 0,
			rolldownOptions: {
				input: {
					...(mapFirst && { 'map-first': join(ROOT, 'bench/snap/map-first.ts') }),
					photo: join(ROOT, 'bench/snap/photo.ts')
				},
				output: { entryFileNames: '[name].js', assetFileNames: 'assets/[name][extname]' }
			}
		}
	});
	const page = mapFirst ? await mapFirstPage(appUrl) : null;
	const own: Record<string, () => Promise<Buffer>> = {
		...(page !== null && { '/bench/map-first.html': async () => Buffer.from(page) }),
		'/bench/photo.html': async () =>
			Buffer.from('<!doctype html><script type="module" src="/bench/photo.js"></script>'),
		'/bench/photo.jpg': async () => photo
	};

	async function answer(asked: IncomingMessage, response: ServerResponse): Promise<void> {
		const path = asked.url!.split('?')[0]!;
		if (!path.startsWith('/bench/')) return pass(appUrl, asked, response);
		const body = await (own[path] ?? (() => readFile(join(folder, path.slice('/bench/'.length)))))();
		const type = types[path.split('.').at(-1)!] ?? 'application/octet-stream';
		response.setHeader('content-type', type);
		if (type === 'image/jpeg') return void response.end(body);
		response.setHeader('content-encoding', 'gzip');
		response.end(gzipSync(body, { level: 9 }));
	}

	const server = createServer((asked, response) => {
		answer(asked, response).catch(() => response.writeHead(404).end(basename(asked.url!)));
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: () => server.close().closeAllConnections()
	};
}

/** The fields and the styles are those of /snap as the server draws it. */
async function mapFirstPage(appUrl: string): Promise<string> {
	const headers = { accept: 'text/html', 'accept-language': 'zh-CN' };
	const html = await (await fetch(`${appUrl}/snap`, { headers })).text();
	const styles = [...html.matchAll(/<link href="\.?([^"]+\.css)" rel="stylesheet">/g)].map(
		([, href]) => href
	);
	const fields = /<main[^>]*>([\s\S]*?)<\/main>/.exec(html)?.[1];
	const version = /streets_version:"([^"]+)"/.exec(await (await fetch(appUrl, { headers })).text())?.[1];
	if (!fields || !version || styles.length === 0) throw new Error('/snap has no fields to compare with.');
	return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${styles.map((href) => `<link rel="stylesheet" href="${href}">`).join('\n')}
<link rel="stylesheet" href="/bench/assets/map-first.css">
<script type="module" src="/bench/map-first.js"></script></head>
<body><div id="map" data-version="${version}" style="height: 45vh"></div><main id="form"></main><template id="fields">${fields}</template></body></html>`;
}

function pass(appUrl: string, asked: IncomingMessage, response: ServerResponse): void {
	const target = new URL(asked.url!, appUrl);
	const passed = request(
		target,
		{ method: asked.method, headers: { ...asked.headers, host: target.host, 'accept-encoding': 'gzip' } },
		(answer) => {
			response.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(response);
		}
	);
	passed.once('error', () => response.destroy());
	asked.pipe(passed);
}
