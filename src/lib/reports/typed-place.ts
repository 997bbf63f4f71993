// What stands in the field for the street: a street's name, or a place pasted from another app. Loaded when it is used.
import { m } from '#lib/i18n/messages.ts';
import type { Point } from './place.ts';
import { readSharedLocation } from './shared-location.ts';
import { findStreets, loadStreets, onlyStreet, type StreetHit } from './street-list.ts';

/** `remark`: what there is to say about it, in the reader's language. */
export type TypedPlace =
	| { kind: 'place'; point: Point; name: string; remark: string }
	| { kind: 'streets'; hits: StreetHit[]; only: StreetHit | null; remark: string };

let list: Promise<StreetHit[] | null> | undefined;

/** The city's streets; asked for again while nobody has had them. */
export async function streets(version: string): Promise<StreetHit[] | null> {
	list ??= loadStreets(version);
	const known = await list;
	if (!known) list = undefined;
	return known;
}

export function read(text: string, known: readonly StreetHit[] | null): TypedPlace {
	const shared = readSharedLocation(text);
	if (shared?.kind === 'place') return { ...shared, remark: m.snap_place_shared_taken() };
	const words = shared ? shared.words : text;
	const hits = known ? findStreets(known, words) : [];
	return { kind: 'streets', hits, only: onlyStreet(hits, words), remark: remark() };

	function remark(): string {
		if (shared) return m.snap_place_short_link();
		// This phone has not been given the names of the streets yet, and there is no network to ask.
		if (!known) return m.snap_place_no_list();
		return hits.length ? '' : m.snap_place_no_street();
	}
}
