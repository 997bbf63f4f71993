// Reports whose code and PIN the test knows, brought as far as a test wants them: over the same calls as the screens use.
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { uuidv7 } from 'uuidv7';
import { call, serviceClient, staffClient, type Client } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import { deriveKey, mintToken } from '#lib/database/jwt.ts';
import { keepOriginal } from '#lib/evidence/photos.server.ts';
import { codeHash, codesFor, pinHash, showCode } from '#lib/reports/codes.ts';
import type { Job, Site } from './site.ts';

export interface KnownReport {
	id: string;
	code: string;
	pin: string;
	number: number;
}

/** A person of the site, speaking for themselves. */
export function speakingAs(home: Home, { id }: { id: string }): Client {
	const exp = Math.floor(Date.now() / 1000) + 3600;
	const claims = { sub: id, role: 'authenticated', aud: 'authenticated', exp };
	return staffClient(mintToken(claims, deriveKey(home.secret, 'jwt')), home);
}

export async function reportAt(
	home: Home,
	place: { lng: number; lat: number },
	category = '0551'
): Promise<KnownReport> {
	const id = uuidv7();
	const { code, pin } = codesFor(home.secret, id);
	const report = {
		id,
		category,
		lng: place.lng,
		lat: place.lat,
		accuracy_m: 9,
		location_source: 'device',
		source: 'citizen',
		observed_at: new Date().toISOString(),
		description: '',
		photos: []
	};
	const { number } = await call<{ number: number }>(serviceClient(home), 'submit_report', {
		report,
		code_hash: codeHash(code),
		pin_hash: pinHash(home.secret, code, pin),
		body_hash: codeHash(id)
	});
	return { id, code: showCode(code), pin, number };
}

/** Files a report as a case of its own; answers the case's id. */
export async function file(home: Home, people: Site['people'], report: KnownReport): Promise<string> {
	const { case_id } = await call<{ case_id: string }>(speakingAs(home, people.registrar), 'decide_report', {
		report_id: report.id,
		decision: 'file'
	});
	return case_id;
}

/** From filed to closed, by four people, with an after-photo taken at the place. Answers the photo's SHA-256. */
export async function close(
	home: Home,
	people: Site['people'],
	caseId: string,
	place: { lng: number; lat: number }
): Promise<string> {
	const as = (job: Job) => speakingAs(home, people[job]);
	const move = (job: Job, name: string, details = {}) =>
		call(as(job), 'move_case', { case_id: caseId, move: name, details });
	const { units } = await call<{ units: { id: number }[] }>(as('dispatcher'), 'units');
	await move('dispatcher', 'dispatch', { unit_id: units.at(-1)!.id });
	await move('team', 'begin');
	const sha256 = await storePhoto(home);
	await call(as('team'), 'attach_evidence', {
		case_id: caseId,
		sha256,
		role: 'after',
		taken_at: new Date().toISOString(),
		lng: place.lng,
		lat: place.lat,
		accuracy_m: 8
	});
	await move('team', 'finish');
	await move('closer', 'close');
	return sha256;
}

/** A photo as the intake leaves it: sealed and recorded. No two are alike. */
export async function storePhoto(home: Home): Promise<string> {
	const bytes = await takePhoto();
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	await keepOriginal(serviceClient(home), sha256, bytes, 'image/jpeg');
	const photo = { sha256, byte_size: bytes.length, media_type: 'image/jpeg', claims: {} };
	await call(serviceClient(home), 'record_photo', photo);
	return sha256;
}

export function takePhoto(): Promise<Buffer> {
	const [r = 0, g = 0, b = 0] = createHash('sha256').update(uuidv7()).digest();
	const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1200">
		<rect width="1600" height="1200" fill="#c9d6de"/><rect y="800" width="1600" height="400" fill="#8d8f93"/>
		<rect y="760" width="1600" height="44" fill="#b8b2a7"/><rect x="120" y="220" width="620" height="540" fill="rgb(${r},${g},${b})"/>
		<rect x="860" y="120" width="560" height="640" fill="#d9c7a8"/><rect x="980" y="420" width="300" height="340" fill="#5d6b75"/></svg>`;
	return sharp(Buffer.from(picture)).jpeg({ quality: 82 }).toBuffer();
}
