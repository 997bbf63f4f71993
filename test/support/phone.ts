import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import sharp from 'sharp';
import { uuidv7 } from 'uuidv7';
import { demoDistrict } from '#lib/city/demo/district.ts';
import { pick, type Chance } from './figures.ts';
import { mulberry32 } from './proof.ts';

export interface Photo {
	bytes: Buffer;
	sha256: string;
}

export interface SentReport {
	id: string;
	category: string;
	lng: number;
	lat: number;
	accuracy_m: number;
	location_source: 'device';
	observed_at: string;
	description: string;
	photos: { sha256: string; role: 'near' }[];
}

export interface Answer {
	status: number;
	body: Record<string, unknown>;
}

/** What a citizen's phone sends, without the phone: photos of about 150 KB and reports from the demo district's kerbs. */
export class Phone {
	readonly #base: string;
	readonly #agent: Agent;
	readonly #chance: Chance;
	readonly #template: Buffer;
	readonly #places: readonly [number, number][];
	#taken = 0;

	/** `agent`: several phones may share connections, as they would behind one proxy. */
	static async at(base: string, seed: number, agent = new Agent({ keepAlive: true })): Promise<Phone> {
		return new Phone(base, seed, agent, await photoTemplate(), kerbs());
	}

	private constructor(
		base: string,
		seed: number,
		agent: Agent,
		template: Buffer,
		places: readonly [number, number][]
	) {
		this.#base = base;
		this.#chance = mulberry32(seed);
		this.#agent = agent;
		this.#template = template;
		this.#places = places;
	}

	/** No two are alike: each carries a comment of its own, after the marker that begins every JPEG. */
	takePhoto(): Photo {
		const comment = Buffer.from(`${uuidv7()} ${(this.#taken += 1)}`);
		const head = Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, comment.length + 2]);
		const bytes = Buffer.concat([head, comment, this.#template.subarray(2)]);
		return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
	}

	writeReport(photos: readonly Photo[]): SentReport {
		const chance = this.#chance;
		const [lng, lat] = pick(chance, this.#places);
		// A fix is some metres off the kerb.
		const off = () => (chance() - 0.5) * 0.0002;
		return {
			id: uuidv7(),
			category: pick(chance, ['0551', '0509', '0504', '0501', '0505']),
			lng: round(lng + off()),
			lat: round(lat + off()),
			accuracy_m: 5 + Math.floor(20 * chance()),
			location_source: 'device',
			observed_at: new Date().toISOString(),
			description: '',
			photos: photos.map(({ sha256 }) => ({ sha256, role: 'near' }))
		};
	}

	sendPhoto({ bytes, sha256 }: Photo): Promise<Answer> {
		return this.#send('PUT', `/api/photos/${sha256}`, 'image/jpeg', bytes);
	}

	sendReport(report: SentReport): Promise<Answer> {
		return this.#send('POST', '/api/reports', 'application/json', Buffer.from(JSON.stringify(report)));
	}

	close(): void {
		this.#agent.destroy();
	}

	#send(method: string, path: string, type: string, body: Buffer): Promise<Answer> {
		return new Promise((resolve, reject) => {
			const sending = request(
				this.#base + path,
				{
					method,
					agent: this.#agent,
					headers: { 'content-type': type, 'content-length': body.length },
					timeout: 30_000
				},
				(response) => {
					const chunks: Buffer[] = [];
					response.on('data', (chunk: Buffer) => chunks.push(chunk));
					response.once('error', reject);
					response.once('end', () => {
						const text = Buffer.concat(chunks).toString('utf8');
						resolve({ status: response.statusCode ?? 0, body: bodyOf(text) });
					});
				}
			);
			sending.once('timeout', () => sending.destroy(new Error(`${method} ${path}: no answer in 30 s.`)));
			sending.once('error', reject);
			sending.end(body);
		});
	}
}

function bodyOf(text: string): Record<string, unknown> {
	try {
		return JSON.parse(text) as Record<string, unknown>;
	} catch {
		return { text };
	}
}

const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;

let template: Promise<Buffer> | undefined;

/** A picture with as much detail as a street has: about 150 KB. */
function photoTemplate(): Promise<Buffer> {
	template ??= (async () => {
		const [width, height] = [1280, 960];
		const chance = mulberry32(7);
		const grain = Buffer.alloc((width / 4) * (height / 4) * 3);
		for (let at = 0; at < grain.length; at += 1) grain[at] = 90 + Math.floor(110 * chance());
		return sharp(grain, { raw: { width: width / 4, height: height / 4, channels: 3 } })
			.resize(width, height)
			.jpeg({ quality: 40 })
			.toBuffer();
	})();
	return template;
}

let places: [number, number][] | undefined;

function kerbs(): readonly [number, number][] {
	places ??= demoDistrict().segments.flatMap(({ line }) => line.slice(1, -1));
	return places;
}

/** A photo with pixels of its own, for forms that draw a photo anew: those of `takePhoto` differ in a comment only. */
export function takePicture(): Promise<Buffer> {
	const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
	return sharp({ create: { width: 160, height: 120, channels: 3, background: '#777', noise } })
		.jpeg()
		.toBuffer();
}
