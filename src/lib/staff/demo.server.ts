// The demo's open door: signing in as a demo person by one click. It is open only while the city is the invented one
// and nobody but this machine can reach us; both are asked again at every use.
import { hkdfSync } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import { cityNow } from '#lib/database/city-now.server.ts';
import { call, serviceClient } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { isLoopback } from '#server/address.ts';
import { privateHeaders } from '#server/arrival.ts';
import { getSettings, isLocalOnly } from '#server/settings.ts';
import { emailOf } from './login.ts';
import { personas, type Persona } from './personas.ts';

export interface CityNames {
	name: string;
	name_en: string | null;
	time_zone: string;
	is_demo: boolean;
	/** Whose map data this is, as its licence wants it said. */
	attribution: string | null;
}

/** Asked by every page's frame. */
export function readCity(home: Home = getHome()): Promise<CityNames> {
	return cityNow<CityNames>(home);
}

export async function isDemoCity(home: Home = getHome()): Promise<boolean> {
	return (await readCity(home)).is_demo === true;
}

/**
 * A proxy nobody told us about gives itself away by the name in the page's address or by the forwarding headers it adds,
 * which the entry has turned into a mark. One that adds none and calls us by our own name cannot be told from a browser.
 */
export async function isDemoOpen({ url, request }: Pick<RequestEvent, 'url' | 'request'>): Promise<boolean> {
	const settings = getSettings();
	if (!settings.isDemo || !isLocalOnly(settings) || !isLoopback(url.hostname)) return false;
	return !request.headers.has(privateHeaders.relayed) && (await isDemoCity());
}

/** Never typed by anyone and never stored: each installation derives its own from its secret. */
export function personaPassword(persona: Persona, secret: Buffer): string {
	return Buffer.from(hkdfSync('sha256', secret, '', `kerbside demo persona ${persona.key}`, 32)).toString(
		'base64url'
	);
}

/** Gives every demo person an account and their role; what is there already stays. */
export async function createPersonas(home: Home): Promise<void> {
	const client = serviceClient(home);
	for (const persona of personas) {
		const { data } = await client.auth.admin.getUserById(persona.id);
		if (data.user) continue;
		const login = `demo-${persona.key}`;
		await home.createUser({
			id: persona.id,
			login: emailOf(login),
			password: personaPassword(persona, home.secret)
		});
		await call(client, 'upsert_staff', {
			staff: {
				id: persona.id,
				name: persona.name,
				login,
				roles: [{ role: persona.role, ...(persona.unit ? { unit: persona.unit } : {}) }]
			}
		});
	}
}
