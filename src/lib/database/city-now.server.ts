import { anonClient, call } from './client.server.ts';
import { getHome, type Home } from './home.server.ts';
import { once, type Once } from './once.ts';

const kept = new WeakMap<Home, Once<unknown>>();

/**
 * What `api.city` answers: names, extent, categories, reasons. Nearly every page asks for some of it and it changes by
 * import, so one question to the database serves everybody for five seconds. `City` is the part the caller reads.
 */
export function cityNow<City>(home: Home = getHome()): Promise<City> {
	let ask = kept.get(home);
	if (!ask) kept.set(home, (ask = once<unknown>(5_000)));
	return ask('', () => call(anonClient(home), 'city')) as Promise<City>;
}
