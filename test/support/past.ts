// Cases that a city brings along, made for a test: imported as any history is, then read through the screens.
import { call, serviceClient } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';

export interface PastCase {
	key: string;
	category: string;
	lng: number;
	lat: number;
	status: 'dispatched' | 'handling' | 'suspended' | 'closed';
	opened_at: string;
	filed_at: string;
	dispatched_at: string;
	due_at: string;
	handling_at?: string;
	handled_at?: string;
	closed_at?: string;
	review_at?: string;
	unit: string;
	returned_count?: number;
	confirmed?: boolean;
}

/** Imports the cases; throws when the database refuses any of them. */
export async function importPast(home: Home, cases: readonly PastCase[]): Promise<void> {
	const source = {
		id: '00000000-0000-4000-8000-00000000abcd',
		source: 'past.csv',
		source_key: 'past',
		datum: 'wgs84',
		file_sha256: 'ab'.repeat(32),
		complete: false
	};
	for (let at = 0; at < cases.length; at += 200) {
		const { rejected } = await call<{ rejected: unknown[] }>(serviceClient(home), 'import_history', {
			import: source,
			history: cases.slice(at, at + 200),
			is_last: at + 200 >= cases.length
		});
		if (rejected.length > 0) throw new Error(`The past was refused: ${JSON.stringify(rejected.slice(0, 3))}`);
	}
}

export interface Kerbside {
	street: string;
	streetEn: string | null;
	lng: number;
	lat: number;
}

/** A place on every named segment of the city, half-way along its line, in a fixed order. */
export async function kerbsOf(home: Home): Promise<Kerbside[]> {
	interface Segment {
		name: string | null;
		name_en: string | null;
		line: [number, number][];
	}
	const kerbs: Kerbside[] = [];
	for (let after: number | null = 0; after !== null;) {
		const page: { segments: Segment[]; next: number | null } = await call(serviceClient(home), 'basemap', {
			after
		});
		for (const { name, name_en, line } of page.segments) {
			if (name === null) continue;
			const p = Math.floor((line.length - 1) / 2);
			const [[ax, ay], [bx, by]] = [line[p]!, line[p + 1]!];
			kerbs.push({ street: name, streetEn: name_en, lng: (ax + bx) / 2, lat: (ay + by) / 2 });
		}
		after = page.next;
	}
	return kerbs;
}

/** Every unit of the city by name. */
export async function unitsOf(home: Home): Promise<{ id: number; name: string; name_en: string | null }[]> {
	const { units } = await call<{ units: { id: number; name: string; name_en: string | null }[] }>(
		serviceClient(home),
		'units'
	);
	return units;
}

/** Days before now, as an ISO time. */
export function daysAgo(days: number, now = Date.now()): string {
	return new Date(now - days * 86_400_000).toISOString();
}
