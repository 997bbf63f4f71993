import { createHash, randomUUID } from 'node:crypto';
import { call, serviceClient } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import type { Applied } from '../import/importer.ts';
import { townAreas } from './areas.ts';
import { townHistory, type TownGround } from './history/history.ts';
import { drawDemoPhotos, judgeDemoPhotos, waiting, type DemoPhoto } from './photos.server.ts';
import { seedRules } from './rules.server.ts';
import { demoSource } from './seed.server.ts';
import { Hands } from './simulation/hands.server.ts';
import { isTownWanted, wakeTown } from './switch.server.ts';
import { townSegments } from './town.ts';

/** Rows per call: each is one transaction, kept well below a second so that visitors wait for none. */
const batchSize = 150;
const sourceKey = 'demo-town';

/**
 * Brings the demo town's three months in. What is there already is found by its keys, so a start that was cut short goes
 * on where it stopped, and doing it twice changes nothing.
 */
export async function seedHistory(
	home: Home,
	onProgress: (done: number, of: number) => void = () => {}
): Promise<Applied> {
	const client = serviceClient(home);
	const [photos, { days, hours }, { categories }, drawnAt] = await Promise.all([
		drawDemoPhotos(),
		call<TownGround['workingTime']>(client, 'calendar'),
		call<{ categories: TownGround['categories'] }>(client, 'categories'),
		readDrawnAt(home)
	]);
	const named = (part: (photos: DemoPhoto[]) => DemoPhoto[]) => {
		const names = (kind: 'carwash' | 'taxi' | 'stall') => part(photos[kind]).map(({ sha256 }) => sha256);
		return { carwash: names('carwash'), taxi: names('taxi'), stall: names('stall') };
	};
	const rows = townHistory(drawnAt, {
		segments: townSegments(),
		areas: townAreas(),
		workingTime: { days, hours },
		categories,
		photos: {
			seen: named((all) => all.slice(0, -waiting)),
			waiting: named((all) => all.slice(-waiting)),
			after: photos.after[0]!.sha256
		}
	});
	const header = {
		id: randomUUID(),
		source: demoSource,
		source_key: sourceKey,
		datum: 'wgs84',
		file_sha256: createHash('sha256').update(JSON.stringify(rows)).digest('hex'),
		complete: false
	};
	onProgress(0, rows.length);
	let applied: Applied = { added: 0, changed: 0, unchanged: 0, gone: 0, rejected: [] };
	const rejected: Applied['rejected'] = [];
	for (let start = 0; start < rows.length; start += batchSize) {
		applied = await call<Applied>(client, 'import_history', {
			import: header,
			history: rows.slice(start, start + batchSize),
			is_last: start + batchSize >= rows.length
		});
		rejected.push(...applied.rejected);
		onProgress(Math.min(start + batchSize, rows.length), rows.length);
	}
	if (rejected.length > 0) {
		const { key, problem } = rejected[0]!;
		throw new Error(
			`${rejected.length} rows of the demo's history were refused, the first ${key}: ${problem}.`
		);
	}
	const hands = new Hands(home);
	await seedRules(client, hands);
	await judgeDemoPhotos(await hands.of('registrar'));
	// A town that is new is awake; one that somebody has put to sleep stays so.
	if (applied.added > 0 && isTownWanted()) await wakeTown(home);
	return applied;
}

/** When the town was drawn: its history ends there, however often it is begun. */
async function readDrawnAt(home: Home): Promise<Date> {
	const { imports } = await call<{ imports: { kind: string; source: string; started_at: string }[] }>(
		serviceClient(home),
		'imports',
		{ max_rows: 500 }
	);
	const drawn = imports.findLast(({ kind, source }) => kind === 'streets' && source === demoSource);
	if (!drawn) throw new Error('The demo town has no streets yet: its history needs them.');
	return new Date(drawn.started_at);
}
