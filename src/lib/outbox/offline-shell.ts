// The two pages that open without a network, as the service worker keeps them: one copy of each per language, as anybody sees
// it who is not signed in, and the files it is made of. Each cache belongs to one version of the application.
import { locales, type Locale } from '#lib/i18n/locale.ts';

export const PAGES: readonly string[] = ['/snap', '/track'];
const CACHE = 'kerbside-shell-';
/** The language this device last spoke; no version's own. */
const STATE = 'kerbside-state';
const LANGUAGE = '/kept/language';
const FILES = '/_app/immutable/';
const KEPT_AT = 'x-kept-at';
/** A page is made of small files; a map, or a decoder for photos, is not needed to write a report. */
const MOST_BYTES = 600_000;
/** As they travel, compressed. */
const LAZY_BYTES = 60_000;
const STALE_MS = 3_600_000;
/** A line that needs longer for the first byte of a page is as good as none. */
const PATIENCE_MS = 3_000;

const cacheName = (version: string) => CACHE + version;
const addressOf = (page: string, language: Locale) => `${page}?language=${language}`;

/** Fetches every shell anew. A shell is replaced when all its files are there: whatever happens, it is whole. */
export async function keepShells(version: string): Promise<void> {
	const cache = await caches.open(cacheName(version));
	for (const page of PAGES) for (const language of locales) await keepShell(cache, page, language);
}

async function keepShell(cache: Cache, page: string, language: Locale): Promise<void> {
	const answer = await fetch(page, {
		// Without cookies: no name and no session of anybody gets into a cache.
		credentials: 'omit',
		cache: 'no-store',
		headers: { accept: 'text/html', 'accept-language': language }
	});
	const isPage =
		answer.ok && !answer.redirected && /^text\/html/.test(answer.headers.get('content-type') ?? '');
	if (!isPage) throw new Error(`${page} answered ${answer.status}.`);
	const html = await answer.text();
	const files = filesOf(html, answer.headers.get('link') ?? '');
	await Promise.all(files.map((file) => keepFile(cache, file)));
	await keepLazyFiles(cache, files);
	// The policy names the nonce of the scripts in this very text: they stay together.
	const headers = new Headers(answer.headers);
	for (const name of ['vary', 'link', 'content-length']) headers.delete(name);
	headers.set(KEPT_AT, String(Date.now()));
	await cache.put(addressOf(page, language), new Response(markKept(html), { headers }));
}

/** Lets the page know that nobody has answered for it: it then cannot know from the server who is signed in. */
export function markKept(html: string): string {
	return html.replace(/<html\b/, '<html data-kept');
}

/**
 * The files a page asks for by itself, from its text and its `Link` header: scripts, what they import, and styles, but
 * nothing meant for large screens only.
 */
export function filesOf(html: string, link: string): string[] {
	const found: string[] = [];
	for (const [tag] of html.matchAll(/<(?:link|script)\b[^>]*>/g)) {
		const address = /\b(?:href|src)="([^"]+)"/.exec(tag)?.[1];
		const isAsked = /rel="(?:modulepreload|stylesheet|preload)"|<script/.test(tag);
		if (address && isAsked && !/\bmedia="/.test(tag)) found.push(address);
	}
	for (const [, address] of html.matchAll(/\bimport\("([^"]+)"\)/g)) found.push(address!);
	for (const [, address] of link.matchAll(/<([^>]+)>;\s*rel="?(?:modulepreload|preload)/g))
		found.push(address!);
	return pathsOf(found, 'https://here/snap');
}

/** The files a script may ask for later: whatever it names relative to itself. */
export function filesNamedIn(script: string, path: string): string[] {
	const names = [...script.matchAll(/["'`](\.{1,2}\/[\w./-]+\.(?:js|css))["'`]/g)].map(([, name]) => name!);
	return pathsOf(names, `https://here${path}`);
}

function pathsOf(addresses: readonly string[], base: string): string[] {
	const paths = addresses.map((address) => new URL(address, base).pathname);
	return [...new Set(paths)].filter((path) => path.startsWith(FILES));
}

/** A file named by its content: what another version has of it is the same. */
async function keepFile(cache: Cache, path: string): Promise<void> {
	if (await cache.match(path)) return;
	const kept = await caches.match(path);
	const answer = kept ?? (await fetch(path, { credentials: 'omit' }));
	if (!answer.ok) throw new Error(`${path} answered ${answer.status}.`);
	await cache.put(path, answer);
}

/**
 * What a page loads only when it is needed, such as sending: small files are kept, and large ones (a map, a decoder of
 * photos) are left to the network. One that fails is left out.
 */
async function keepLazyFiles(cache: Cache, eager: readonly string[]): Promise<void> {
	// The list of all pages there are names everything.
	const queue = eager.filter((path) => path.endsWith('.js') && !path.startsWith(`${FILES}entry/`));
	const known = new Set(eager);
	for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
		const script = await (await cache.match(path))?.text();
		for (const named of filesNamedIn(script ?? '', path)) {
			if (known.has(named) || named.startsWith(`${FILES}entry/`)) continue;
			known.add(named);
			const isKept = await keepSmallFile(cache, named, LAZY_BYTES).catch(() => false);
			if (isKept && named.endsWith('.js')) queue.push(named);
		}
	}
}

/** Whether it is kept now. What is too large is not read to its end. */
async function keepSmallFile(cache: Cache, path: string, most: number): Promise<boolean> {
	if (await cache.match(path)) return true;
	const answer = (await caches.match(path)) ?? (await fetch(path, { credentials: 'omit' }));
	if (!answer.ok || Number(answer.headers.get('content-length') ?? 0) > most) {
		await answer.body?.cancel();
		return false;
	}
	const bytes = await answer.arrayBuffer();
	if (bytes.byteLength > MOST_BYTES) return false;
	await cache.put(path, new Response(bytes, { headers: answer.headers }));
	return true;
}

/** Keeps files that a page has loaded, as far as they are ours and small. One that fails is left out. */
export async function keepFiles(version: string, files: readonly string[], origin: string): Promise<void> {
	const cache = await caches.open(cacheName(version));
	for (const file of files) {
		const { origin: home, pathname } = new URL(file, origin);
		if (home !== origin || !pathname.startsWith(FILES) || (await cache.match(pathname))) continue;
		// No network, or no room: the page itself is kept all the same.
		await keepSmallFile(cache, pathname, MOST_BYTES).catch(() => false);
	}
}

/** Caches of versions none of whose pages is open any more. */
export async function dropOldShells(version: string): Promise<void> {
	for (const name of await caches.keys())
		if (name.startsWith(CACHE) && name !== cacheName(version)) await caches.delete(name);
}

export async function keepLanguage(language: string): Promise<void> {
	await (await caches.open(STATE)).put(LANGUAGE, new Response(language));
}

/** What the pages last spoke; before they said so, what the device speaks. */
async function keptLanguage(): Promise<Locale> {
	const kept = await (await caches.match(LANGUAGE, { cacheName: STATE }))?.text();
	const known = locales.find((locale) => locale === kept);
	if (known) return known;
	return navigator.languages.find((tag) => /^(zh|en)\b/i.test(tag))?.startsWith('en') ? 'en' : 'zh-CN';
}

async function shellFor(version: string, page: string): Promise<Response | undefined> {
	const cache = await caches.open(cacheName(version));
	return cache.match(addressOf(page, await keptLanguage()));
}

/** A page from the network if that is there, its shell if not. `later`: keeps the worker alive for work after the answer. */
export async function answerPage(
	request: Request,
	version: string,
	later: (work: Promise<unknown>) => void
): Promise<Response> {
	const page = new URL(request.url).pathname;
	const network = fetch(request);
	network.catch(() => {});
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS, null)));
	const first = await Promise.race([network, late]).catch(() => null);
	clearTimeout(timer);
	if (first && !isAway(first)) {
		if (first.ok) later(refresh(version, page));
		return first;
	}
	return (await shellFor(version, page)) ?? network;
}

/** A proxy answers for a server that is not there. */
function isAway(answer: Response): boolean {
	return [502, 503, 504].includes(answer.status);
}

/** Categories, names and texts change, and so does the application: now and then a shell is fetched again. */
async function refresh(version: string, page: string): Promise<void> {
	const shell = await shellFor(version, page);
	const keptAt = Number(shell?.headers.get(KEPT_AT) ?? 0);
	const age = Date.now() - keptAt;
	if (age >= 0 && age < STALE_MS) return;
	await keepShells(version).catch(() => {});
}

/** A file of ours: from any version's cache, else from the network. */
export async function answerFile(request: Request, version: string): Promise<Response> {
	const { pathname } = new URL(request.url);
	const cache = await caches.open(cacheName(version));
	const kept = (await cache.match(pathname)) ?? (await caches.match(pathname));
	return kept ?? fetch(request);
}

export function isFile(url: URL): boolean {
	return url.pathname.startsWith(FILES);
}

/** Where the worker has no business: live streams, staff, photos. Browsers that know such rules do not even start it. */
export const ELSEWHERE: readonly string[] = [
	'/live',
	'/live/*',
	'/wall',
	'/wall/*',
	'/desk',
	'/desk/*',
	'/board',
	'/board/*',
	'/numbers',
	'/numbers/*',
	'/patrol',
	'/patrol/*',
	'/admin',
	'/admin/*',
	'/photos/*',
	'/photo/*',
	'/tiles/*',
	'/api/*',
	'/export/*'
];
