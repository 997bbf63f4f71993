import { rm } from 'node:fs/promises';
import { uuidv7 } from 'uuidv7';
import { call, serviceClient, staffClient, type Client } from '#lib/database/client.server.ts';
import { openHome, setHome, type Home } from '#lib/database/home.server.ts';
import { deriveKey, mintToken } from '#lib/database/jwt.ts';
import { photoIntake } from '#lib/evidence/photos.server.ts';
import { acceptReport, type Intake } from '#lib/reports/reports.server.ts';
import { readSettings, setSettings } from '#server/settings.ts';
import { migratedDataDir } from '#test/support/migrated.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

const byMachine: Intake = { source: 'api', level: 0, address: '127.0.0.1' };

export interface World {
	home: Home;
	/** Opens a report that is there. */
	known: { code: string; pin: string };
	close(): Promise<void>;
}

/** An embedded home with one street and one report, in a directory of its own. */
export async function openWorld(): Promise<World> {
	const dataDir = await migratedDataDir('fuzz');
	process.env.DATA_DIR = dataDir;
	// Thousands of requests come from one address here.
	setSettings(readSettings({ INTAKE_LIMITS: 'off' }));
	const home = await openHome({ dataDir, demo: false, log: silent });
	setHome(home);
	const service = serviceClient(home);
	const bbox = [119.4, 32.7, 119.5, 32.85];
	await call(service, 'set_city', {
		city: {
			name: '试城',
			name_en: 'Trial',
			center: [119.45, 32.78],
			bbox,
			time_zone: 'Asia/Shanghai',
			is_demo: true
		}
	});
	const line = [
		[119.44, 32.78],
		[119.47, 32.78]
	];
	const ends = { from_junction: 'a', to_junction: 'b', oneway: 0, class: 'primary' };
	await call(service, 'import_streets', {
		import: { id: uuidv7(), source: 'fuzz', datum: 'wgs84', file_sha256: 'ab'.repeat(32), complete: true },
		segments: [{ key: 's', street_key: 'k', name: '金桥路', name_en: 'Jinqiao Road', ...ends, line }],
		is_last: true
	});
	const report = rightReport();
	const { code, pin } = await acceptReport(report, byMachine, home);
	// Acknowledged is not yet recorded: the same again waits for the database's answer.
	while ((await acceptReport(report, byMachine, home)).number === undefined);
	return {
		home,
		known: { code, pin },
		async close() {
			await photoIntake(home).close();
			await home.close();
			await rm(dataDir, { recursive: true, force: true });
		}
	};
}

/** A member of staff with these roles; the client speaks for them. */
export async function hire(home: Home, login: string, roles: string[], unit = '一中队'): Promise<Client> {
	const { id } = await home.createUser({
		login: `${login}@kerbside.invalid`,
		password: `${login}-of-the-test-7`
	});
	const held = roles.map((role) => ({ role, ...(role === 'team' ? { unit } : {}) }));
	await call(serviceClient(home), 'upsert_staff', { staff: { id, name: login, login, roles: held } });
	const claims = {
		sub: id,
		role: 'authenticated',
		aud: 'authenticated',
		exp: Math.floor(Date.now() / 1000) + 3600
	};
	return staffClient(mintToken(claims, deriveKey(home.secret, 'jwt')), home);
}

/** A report that this city takes. */
export function rightReport(change: Record<string, unknown> = {}) {
	return {
		id: uuidv7(),
		category: '0551',
		lng: 119.455,
		lat: 32.7801,
		accuracy_m: 12,
		location_source: 'device',
		observed_at: new Date().toISOString(),
		description: '占道洗车',
		photos: [] as { sha256: string; role: string }[],
		...change
	};
}
