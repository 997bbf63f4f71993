// Phones' photos and some 480 hostile ones: no word of metadata in any picture, a clear refusal otherwise, the server unmoved.
//
//   npm run prove photos                  every photo, through the decoders and through the running server
//   npm run prove photos -- --size 60     sixty of them

import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import sharp from 'sharp';
import { makeBoth } from '#lib/evidence/derivative.server.ts';
import { MAX_PHOTO_BYTES, photoType } from '#lib/evidence/photo.ts';
import { makePictures } from '#lib/evidence/studio/pictures.ts';
import { photoStudio } from '#lib/evidence/studio/studio.server.ts';
import { flipBits, hostilePhotos, SECRET, type HostilePhoto } from '#test/hostile/hostile-photos.ts';
import { startApp, type App } from '#test/support/app.ts';
import { pick, until } from '#test/support/figures.ts';
import { signInByForm } from '#test/support/listener.ts';
import { descendants } from '#test/support/memory.ts';
import { Phone } from '#test/support/phone.ts';
import { conclude, readProof } from '#test/support/proof.ts';
import { openSite } from '#test/support/site.ts';
import { findTools, ROOT } from '#test/support/tools.ts';

/** What a WebP cannot be without, as exiftool names it. Whatever else it finds is one word too many. */
const STRUCTURE = new Set([
	...['SourceFile', 'ExifTool:ExifToolVersion'],
	...['FileName', 'Directory', 'FileSize', 'FileModifyDate', 'FileAccessDate', 'FileInodeChangeDate'].map(
		(name) => `System:${name}`
	),
	...['System:FilePermissions', 'File:FileType', 'File:FileTypeExtension', 'File:MIMEType'],
	...['VP8Version', 'ImageWidth', 'HorizontalScale', 'ImageHeight', 'VerticalScale'].map(
		(name) => `RIFF:${name}`
	),
	...['Composite:ImageSize', 'Composite:Megapixels']
]);
/** The web process holds the bytes of a few photos, and the embedded database; no pixels. */
const MOST_MORE_MEGABYTES = 512;
const LANES = 4;

const proof = readProof();
const wanted = proof.size(12, Number.POSITIVE_INFINITY);
const data = resolve(process.env.KERBSIDE_SHARED_DATA ?? join(ROOT, '../shared/data'), 'photos');
const { exiftool } = findTools();
if (!exiftool) console.warn('SKIPPED: the look into every picture by exiftool (it is not installed).');

const scratch = await mkdtemp(join(tmpdir(), 'kerbside-photos-'));
try {
	await measure();
	const photos = chosen([...(await realPhotos()), ...(await hostilePhotos(proof.seed))]);
	await proveDecoding(photos);
	await proveServing(proof.isSample ? photos.slice(0, 6) : photos);
} finally {
	photoStudio().close();
	await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}

/** Photos of real phones, and the only HEIC there is, hurt in many ways: no code of ours writes one. */
async function realPhotos(): Promise<HostilePhoto[]> {
	const names = await readdir(data).catch(() => []);
	if (names.length === 0) console.warn(`SKIPPED: photos of real phones (there are none in ${data}).`);
	const whole = await Promise.all(
		names.map(async (name) => ({ name, bytes: await readFile(join(data, name)) }))
	);
	const heic = whole.find(({ name }) => name.endsWith('.heic'))?.bytes;
	const hurt = (name: string, bytes: (heic: Buffer) => Buffer): HostilePhoto[] =>
		heic ? [{ name: `HEIC of a phone ${name}`, expect: 'either', bytes: () => bytes(heic) }] : [];
	return [
		...whole.map(({ name, bytes }) => ({ name, expect: 'a picture' as const, bytes: () => bytes })),
		...[0.01, 0.1, 0.5, 0.9, 0.999].flatMap((share) =>
			hurt(`cut to ${share * 100} %`, (bytes) => bytes.subarray(0, Math.floor(bytes.length * share)))
		),
		...[1, 5, 50, 500, 5000].flatMap((times) =>
			hurt(`with ${times} bits turned`, (bytes) => flipBits(bytes, proof.seed + times, times))
		),
		// In its first kilobytes stands what describes the picture.
		...[1, 2, 3, 4, 5, 6].flatMap((n) =>
			hurt(`with its description hurt, ${n}`, (bytes) =>
				Buffer.concat([flipBits(bytes.subarray(0, 4000), proof.seed + n, n * 4), bytes.subarray(4000)])
			)
		),
		...hurt('that says it is enormous', (bytes) => {
			const lying = Buffer.from(bytes);
			lying.writeUInt32BE(60_000, lying.indexOf('ispe') + 8);
			return lying;
		})
	];
}

/** A sample is drawn anew with every seed; its first is one that must become a picture. */
function chosen(photos: HostilePhoto[]): HostilePhoto[] {
	if (photos.length <= wanted) return photos;
	const first = pick(
		proof.random,
		photos.filter(({ expect }) => expect === 'a picture')
	);
	const left = photos.filter((photo) => photo !== first);
	const others = Array.from(
		{ length: wanted - 1 },
		() => left.splice(Math.floor(proof.random() * left.length), 1)[0]!
	);
	return [first, ...others];
}

type Seen = 'a picture' | 'refused' | 'refused at the door';

function isAsExpected({ expect }: HostilePhoto, seen: Seen): boolean {
	return expect === 'either' ? seen !== 'refused at the door' : seen === expect;
}

/** Straight to the decoders, as the server's own code calls them. */
async function proveDecoding(photos: HostilePhoto[]): Promise<void> {
	const startedAt = performance.now();
	const pictures = join(scratch, 'decoded');
	await mkdir(pictures);
	const faults: string[] = [];
	const counts = { made: 0, unreadable: 0, heavy: 0, atTheDoor: 0 };
	let slowest = { ms: 0, name: '' };
	for (const [n, photo] of photos.entries()) {
		const bytes = await photo.bytes();
		const begun = performance.now();
		if (bytes.length > MAX_PHOTO_BYTES || !photoType(bytes.subarray(0, 32))) {
			counts.atTheDoor += 1;
			if (!isAsExpected(photo, 'refused at the door')) faults.push(`${photo.name}: refused at the door`);
			continue;
		}
		const made = await makeBoth(bytes).catch((error: { status?: number; code?: string }) => error);
		const ms = performance.now() - begun;
		if (ms > slowest.ms) slowest = { ms, name: photo.name };
		if ('large' in made) {
			counts.made += 1;
			if (!isAsExpected(photo, 'a picture')) faults.push(`${photo.name}: is a picture`);
			for (const size of ['large', 'small'] as const) {
				faults.push(...faultsOfPicture(photo.name, made[size]));
				await writeFile(join(pictures, `${n}-${size}.webp`), made[size]);
			}
		} else {
			counts[made.code === 'photo_too_heavy' ? 'heavy' : 'unreadable'] += 1;
			const isClear = made.status === 422 && /^photo_(unreadable|too_heavy)$/.test(made.code ?? '');
			if (!isClear || !isAsExpected(photo, 'refused'))
				faults.push(`${photo.name}: ${made.status} ${made.code}`);
		}
	}
	faults.push(...faultsByExiftool(pictures));
	for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
	conclude(
		'whatever goes into the decoders, a picture without metadata or a refusal comes out',
		{
			photos: photos.length,
			'became pictures': counts.made,
			'refused as unreadable': counts.unreadable,
			'refused as too heavy': counts.heavy,
			'refused at the door': counts.atTheDoor,
			slowest: `${Math.round(slowest.ms)} ms (${slowest.name})`,
			seconds: Math.round((performance.now() - startedAt) / 1000),
			faults: faults.length
		},
		faults.length === 0 && counts.made > 0
	);
}

function faultsOfPicture(name: string, picture: Buffer): string[] {
	if (picture.subarray(8, 15).toString('latin1') !== 'WEBPVP8') return [`${name}: no plain WebP`];
	return picture.includes(SECRET) ? [`${name}: what it said of its maker came through`] : [];
}

/** One run over a folder of pictures, with everything exiftool can find, known to it or not. */
function faultsByExiftool(folder: string): string[] {
	if (!exiftool) return [];
	const flags = ['-j', '-a', '-u', '-U', '-ee', '-G1', '-s', '-r', folder];
	const found = JSON.parse(
		execFileSync(exiftool, flags, {
			encoding: 'utf8',
			maxBuffer: 2 ** 28,
			stdio: ['ignore', 'pipe', 'ignore']
		})
	) as Record<string, unknown>[];
	const words = found.flatMap((tags) =>
		Object.keys(tags)
			.filter((tag) => !STRUCTURE.has(tag))
			.map((tag) => `${String(tags.SourceFile)}: ${tag} = ${String(tags[tag])}`)
	);
	console.log(`exiftool read ${found.length} pictures and found ${words.length} words too many`);
	return words;
}

interface Sent {
	photo: HostilePhoto;
	n: number;
	sha256: string;
	bytes: Buffer;
}

/** As people do: a phone sends the photo and a report that names it, and the desk looks at it. */
async function proveServing(photos: HostilePhoto[]): Promise<void> {
	const startedAt = performance.now();
	const pictures = join(scratch, 'served');
	await mkdir(pictures);
	const site = await openSite('embedded');
	const app = await startApp({ ...site, demo: false, environment: { INTAKE_LIMITS: 'off' } });
	const agent = new Agent({ keepAlive: true, maxSockets: LANES });
	const faults: string[] = [];
	const watched = watchMemory(app.pid);
	const counts = { made: 0, refused: 0, atTheDoor: 0 };
	try {
		const cookie = await signInByForm(app.url, site.people.registrar);
		const phone = await Phone.at(app.url, proof.seed, agent);
		const accepted: Sent[] = [];
		await inLanes(photos.entries(), async ([n, photo]) => {
			const bytes = await photo.bytes();
			const sha256 = createHash('sha256').update(bytes).digest('hex');
			const fault = await send(app, agent, { photo, n, sha256, bytes });
			if (fault === 'taken') accepted.push({ photo, n, sha256, bytes: Buffer.alloc(0) });
			else if (fault === null) counts.atTheDoor += 1;
			else faults.push(fault);
		});
		for (let at = 0; at < accepted.length; at += 6) {
			const { status } = await phone.sendReport(phone.writeReport(accepted.slice(at, at + 6) as never));
			if (status >= 300) faults.push(`a report was answered with ${status}`);
		}
		await inLanes(accepted.values(), async (sent) => {
			const seen = await look(app, agent, cookie, sent, pictures, faults);
			counts[seen === 'a picture' ? 'made' : 'refused'] += 1;
			if (!isAsExpected(sent.photo, seen)) faults.push(`${sent.photo.name}: ${seen}`);
		});
		faults.push(...faultsByExiftool(pictures), ...(await faultsOfServer(app)));
	} finally {
		agent.destroy();
		await app.stop();
		await site.close();
	}
	const memory = watched.stop();
	for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
	conclude(
		'the server takes or refuses each of them in words, and stays as it was',
		{
			photos: photos.length,
			'shown to the desk': counts.made,
			'refused with a sentence': counts.refused,
			'refused at the door': counts.atTheDoor,
			'web process (MB)': `${memory.before} before, ${memory.web} at most`,
			'with all it starts (MB)': memory.all,
			seconds: Math.round((performance.now() - startedAt) / 1000),
			faults: faults.length
		},
		faults.length === 0 && counts.made > 0 && memory.web - memory.before <= MOST_MORE_MEGABYTES
	);
}

/** `taken`, null for a clear refusal that was to be expected, or what is wrong. */
async function send(app: App, agent: Agent, { photo, sha256, bytes }: Sent): Promise<string | null> {
	const answer = await ask(app, agent, `/api/photos/${sha256}`, { 'content-type': 'image/jpeg' }, bytes);
	if (answer.status === 200 || answer.status === 201) {
		return photo.expect === 'refused at the door' ? `${photo.name}: was taken` : 'taken';
	}
	const isClear = [413, 415, 422].includes(answer.status) && sentenceOf(answer) !== null;
	return isClear && photo.expect === 'refused at the door'
		? null
		: `${photo.name}: sending it gave ${answer.status}`;
}

async function look(
	app: App,
	agent: Agent,
	cookie: string,
	{ photo, n, sha256 }: Sent,
	pictures: string,
	faults: string[]
): Promise<Seen> {
	const path = `/photos/${sha256}`;
	// The report and its photos reach the database a moment after they are acknowledged.
	const first = await until(photo.name, 120_000, async () => {
		const answer = await ask(app, agent, path, { cookie });
		return ![404, 429, 503].includes(answer.status) && answer;
	});
	const small = await ask(app, agent, `${path}/small`, { cookie });
	if (first.status === 200) {
		for (const [size, { body, type }] of [
			['large', first],
			['small', small]
		] as const) {
			if (type !== 'image/webp') faults.push(`${photo.name}: ${size} is ${type}`);
			faults.push(...faultsOfPicture(photo.name, body));
			await writeFile(join(pictures, `${n}-${size}.webp`), body);
		}
		return 'a picture';
	}
	const chinese = await ask(app, agent, path, { cookie, 'accept-language': 'zh-CN' });
	const shown = await ask(app, agent, `${path}/small`, { cookie, 'sec-fetch-dest': 'image' });
	const answers = [first, small, chinese];
	if (!answers.every((answer) => answer.status === 422 && sentenceOf(answer)))
		faults.push(`${photo.name}: looking at it gave ${answers.map(({ status }) => status).join(', ')}`);
	if (!/[一-鿿]/.test(sentenceOf(chinese) ?? '')) faults.push(`${photo.name}: no sentence in Chinese`);
	if (!shown.type?.startsWith('image/svg+xml') || !shown.body.includes('<text'))
		faults.push(`${photo.name}: nothing to show in a picture's place (${shown.type})`);
	return 'refused';
}

async function faultsOfServer(app: App): Promise<string[]> {
	const alive = await fetch(`${app.url}/livez`).then(
		(response) => response.status,
		() => 0
	);
	const cries = app
		.output()
		.split('\n')
		.filter((line) => /"event":"(failed|unhandled|uncaught)"|"level":"error"/.test(line));
	return [
		...(alive === 200 ? [] : [`/livez answers ${alive}`]),
		...(existsSync(`/proc/${app.pid}`) || !existsSync('/proc') ? [] : ['the web process is gone']),
		...cries
	];
}

interface Answer {
	status: number;
	type: string | undefined;
	body: Buffer;
}

function sentenceOf({ type, body }: Answer): string | null {
	if (!type?.startsWith('application/problem+json')) return null;
	const { detail } = JSON.parse(body.toString('utf8')) as { detail?: string };
	return detail && detail.length > 8 ? detail : null;
}

function ask(
	app: App,
	agent: Agent,
	path: string,
	headers: Record<string, string>,
	sent?: Buffer
): Promise<Answer> {
	return new Promise((settle, fail) => {
		const length = sent === undefined ? {} : { 'content-length': sent.length };
		const method = sent === undefined ? 'GET' : 'PUT';
		const asking = request(
			app.url + path,
			{ method, agent, headers: { 'accept-language': 'en', ...headers, ...length }, timeout: 180_000 },
			(response) => {
				const chunks: Buffer[] = [];
				response.on('data', (part: Buffer) => chunks.push(part));
				response.once('error', fail);
				response.once('end', () =>
					settle({
						status: response.statusCode ?? 0,
						type: response.headers['content-type'],
						body: Buffer.concat(chunks)
					})
				);
			}
		);
		asking.once('timeout', () => asking.destroy(new Error(`${method} ${path}: no answer.`)));
		// A server that has heard enough answers and closes while the rest is still under way.
		asking.once('error', fail);
		asking.end(sent);
	});
}

async function inLanes<T>(work: Iterator<T>, perform: (one: T) => Promise<void>): Promise<void> {
	const lane = async () => {
		for (let next = work.next(); !next.done; next = work.next()) await perform(next.value);
	};
	await Promise.all(Array.from({ length: LANES }, lane));
}

/** The most memory that a process, and it with all its children, held meanwhile. */
function watchMemory(pid: number) {
	const most = { before: Math.round(residentOf(pid)), web: 0, all: 0 };
	const timer = setInterval(() => {
		const web = residentOf(pid);
		try {
			const all = descendants(pid).reduce((sum, child) => sum + residentOf(child), web);
			most.all = Math.max(most.all, Math.round(all));
		} catch {
			// A child that ended between the list and the question.
		}
		most.web = Math.max(most.web, Math.round(web));
	}, 50);
	return {
		stop() {
			clearInterval(timer);
			return most;
		}
	};
}

function residentOf(pid: number): number {
	try {
		return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096) / 1024 ** 2;
	} catch {
		return 0;
	}
}

/** What a process of its own costs and saves: the same photos decoded in this process, and in the studio. */
async function measure(): Promise<void> {
	const photos = proof.isSample ? 4 : 24;
	const grain = Buffer.from(Array.from({ length: 400 * 300 * 3 }, () => 40 + 180 * proof.random()));
	const bytes = await sharp(grain, { raw: { width: 400, height: 300, channels: 3 } })
		.resize(4000, 3000, { fit: 'fill' })
		.jpeg({ quality: 88 })
		.toBuffer();
	console.log(`${photos} photos of 12 megapixels, ${(bytes.length / 1e6).toFixed(1)} MB each, two at once:`);
	const ways = {
		'in the studio': () => makeBoth(bytes),
		'in this process': () => makePictures(bytes, { name: 'pictures', sizes: [2048, 480], covers: [] })
	};
	for (const [way, decode] of Object.entries(ways)) {
		await decode();
		const delay = monitorEventLoopDelay({ resolution: 5 });
		const before = process.memoryUsage.rss();
		let most = before;
		const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
		delay.enable();
		const begun = performance.now();
		let left = photos;
		const lane = async () => {
			for (; left > 0;) {
				left -= 1;
				await decode();
			}
		};
		await Promise.all([lane(), lane()]);
		const seconds = (performance.now() - begun) / 1000;
		delay.disable();
		clearInterval(timer);
		console.log(
			`  ${way.padEnd(16)} ${(photos / seconds).toFixed(1)} photos/s; this process +${Math.round((most - before) / 1024 ** 2)} MB, ` +
				`event loop delayed p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms, max ${(delay.max / 1e6).toFixed(0)} ms`
		);
	}
}
