// Typing a street works without a network: the names of a whole city are small, and this phone keeps them.
import type { Point } from './place.ts';

/** A street by name, with a point that lies on it. */
export interface StreetHit {
	id: number;
	name: string;
	name_en: string | null;
	point: Point;
}

export interface StreetNames {
	/** Of the city's streets: a list with another version is another list. */
	version: string;
	streets: StreetHit[];
}

const STORE = 'kerbside-streets';
const most = 8;

/** The list as kept on this phone, or from the server, which then keeps it here; null when neither has it. */
export async function loadStreets(version: string): Promise<StreetHit[] | null> {
	const address = `/snap/streets?v=${encodeURIComponent(version)}`;
	// Private windows and pages without a secure connection have no such store; then the list lasts as long as the page.
	const store = await globalThis.caches?.open(STORE).catch(() => null);
	try {
		const kept = await store?.match(address);
		if (kept) return ((await kept.json()) as StreetNames).streets;
		const answer = await fetch(address);
		if (!answer.ok) throw new Error(`The list of streets answered ${answer.status}.`);
		const copy = answer.clone();
		const { streets } = (await answer.json()) as StreetNames;
		if (store) await replace(store, address, copy);
		return streets;
	} catch {
		return older(store ?? null);
	}
}

async function replace(store: Cache, address: string, answer: Response): Promise<void> {
	const old = await store.keys().catch(() => []);
	await store.put(address, answer).then(
		() => Promise.all(old.map((request) => store.delete(request))),
		// The disk is full: the list lasts as long as the page.
		() => {}
	);
}

/** Names seldom change: yesterday's list is better than none. */
async function older(store: Cache | null): Promise<StreetHit[] | null> {
	const [last] = (await store?.keys().catch(() => [])) ?? [];
	const kept = last && (await store?.match(last));
	return kept ? ((await kept.json()) as StreetNames).streets : null;
}

/** Streets a typed text may mean, best first: the same name, names that begin so or hold it, names it holds ("金桥路23号"). */
export function findStreets(streets: readonly StreetHit[], typed: string): StreetHit[] {
	const text = plain(typed);
	if (!text) return [];
	const ranked = streets.flatMap((street) => {
		const ranks = [street.name, street.name_en ?? ''].map((name) => rank(plain(name), text));
		const best = Math.min(...ranks);
		return best < 9 ? [{ street, best }] : [];
	});
	ranked.sort((a, b) => a.best - b.best || a.street.name.length - b.street.name.length);
	return ranked.slice(0, most).map(({ street }) => street);
}

/** The one street a typed text can only mean: its very name, or the single one that fits. */
export function onlyStreet(hits: readonly StreetHit[], typed: string): StreetHit | null {
	const text = plain(typed);
	const named = hits.filter(({ name, name_en }) => [name, name_en ?? ''].some((one) => plain(one) === text));
	if (named.length === 1) return named[0] ?? null;
	return hits.length === 1 ? (hits[0] ?? null) : null;
}

function rank(name: string, text: string): number {
	if (!name) return 9;
	if (name === text) return 0;
	if (name.startsWith(text)) return 1;
	if (name.includes(text)) return 2;
	// One letter is in every address; a name of two says something.
	return name.length >= 2 && text.includes(name) ? 3 : 9;
}

function plain(text: string): string {
	return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim().slice(0, 80);
}
