// The simulated town's switches: an administrator's, kept in the city's record, and DEMO_TOWN=off, for this process alone.
import { call, serviceClient } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';

export function isTownWanted(): boolean {
	return process.env.DEMO_TOWN !== 'off';
}

/** Turns the administrator's switch on, as it is found in a new demo. */
export async function wakeTown(home: Home): Promise<void> {
	await call(serviceClient(home), 'set_simulation', { is_on: true });
}

/** Whether the city is the demo and its switch is on. */
export async function isTownAwake(home: Home): Promise<boolean> {
	const { is_demo, simulating } = await call<{ is_demo: boolean; simulating: boolean }>(
		serviceClient(home),
		'city'
	);
	return is_demo && simulating;
}
