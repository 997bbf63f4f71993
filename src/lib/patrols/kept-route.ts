/** What a team changed about its route on this device, so that a closed tab or a lost network costs nothing. */
export interface KeptRoute {
	/** What was asked for, and of whom: changes belong to one plan. */
	plan: string;
	/** Keys of the stops of that plan, in no order: with other stops the changes mean nothing. */
	stops: string[];
	order: string[];
	locked: string[];
	dropped: string[];
	savedAt: number;
}

const name = 'kerbside-patrol';
/** A shift's changes are of no use to the next day's. */
const lastsMs = 14 * 3_600_000;

// Private windows and full disks refuse storage. The route works without, so these only do what they can.
export function keepRoute(route: KeptRoute): void {
	try {
		localStorage.setItem(name, JSON.stringify(route));
	} catch {
		// Nothing to be done, and nothing lost that is on the screen.
	}
}

export function forgetRoute(): void {
	try {
		localStorage.removeItem(name);
	} catch {
		// As above.
	}
}

/** The changes made to this plan, 'other' when its stops have become others since, or null. */
export function keptRoute(
	plan: string,
	stops: readonly string[],
	now = Date.now()
): KeptRoute | 'other' | null {
	let kept: KeptRoute;
	try {
		kept = JSON.parse(localStorage.getItem(name) ?? 'null') as KeptRoute;
	} catch {
		return null;
	}
	if (kept?.plan !== plan || now - kept.savedAt > lastsMs) return null;
	const isSame = kept.stops.length === stops.length && stops.every((key) => kept.stops.includes(key));
	return isSame ? kept : 'other';
}
