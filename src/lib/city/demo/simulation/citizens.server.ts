// The simulated town's citizens: they report through the same call as a phone does, and answer to closures.
import { createHmac } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { call, serviceClient } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import { nextSighting } from './sighting.ts';
import { drawDemoPhotos } from '../photos.server.ts';

/** What marks every row of the simulation, and keeps its staff's hands off everybody else's. */
export const simulatedText = '演示数据';

interface Codes {
	code_hash: string;
	pin_hash: string;
}

/** Of reports: what they are followed by. Only what this installation's secret gives, and nobody was told. */
function codesOf(home: Home, reportId: string): Codes {
	const hash = (what: string) =>
		createHmac('sha256', home.secret).update(`demo town ${what} ${reportId}`).digest('hex');
	return { code_hash: hash('code'), pin_hash: hash('pin') };
}

/** One more report, by a citizen, a volunteer or the hotline. Answers its id. */
export async function reportSomething(home: Home, random: () => number, now = Date.now()): Promise<string> {
	const { carwash, taxi, stall } = await drawDemoPhotos();
	const { trouble, category, place } = nextSighting(now, random);
	const kind = { carwash, taxi, shop: stall, hawker: stall, barbecue: stall }[trouble as string];
	const draw = random();
	const photo = kind?.[Math.floor(draw * 1000) % kind.length];
	const id = uuidv7();
	const report = {
		id,
		category,
		lng: place[0],
		lat: place[1],
		accuracy_m: Math.round(4 + 14 * random()),
		location_source: 'device',
		source: draw < 0.72 ? 'citizen' : draw < 0.88 ? 'volunteer' : 'hotline',
		observed_at: new Date(now).toISOString(),
		description: simulatedText,
		photos: photo ? [{ sha256: photo.sha256, role: 'near' }] : []
	};
	const { code_hash, pin_hash } = codesOf(home, id);
	await call(serviceClient(home), 'submit_report', { report, code_hash, pin_hash, body_hash: code_hash });
	return id;
}

/** What a citizen says of the closure of what they reported. Only for reports of this simulation. */
export async function answerClosure(home: Home, reportId: string, solved: boolean): Promise<void> {
	await call(serviceClient(home), 'answer_closure', { ...codesOf(home, reportId), solved });
}
