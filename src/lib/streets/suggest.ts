// What a search box offers while somebody types: streets, places and, for staff, cases.
import { localName, m } from '#lib/i18n/messages.ts';
import { connection } from '#lib/ui/connection.svelte.ts';
import type { Suggestion, SuggestionGroup } from '#lib/ui/suggestions.ts';
import { mapHref, type Found, type FoundCase, type Point } from './search.ts';

export interface FoundThing extends Suggestion {
	about: { kind: 'street' | 'place' | 'case'; point: Point | null; street?: number };
}

/** What was found, under its headings. A street or a place leads to the map, a case to the desk. */
export function groupsOf({
	streets,
	places,
	cases,
	reports = []
}: Found): { label: string; items: FoundThing[] }[] {
	return [
		{
			label: m.search_streets(),
			items: streets.map((street) => ({
				id: `street-${street.id}`,
				label: localName(street),
				href: mapHref(street.point, street.id),
				about: { kind: 'street' as const, point: street.point, street: street.id }
			}))
		},
		{
			label: m.search_places(),
			items: places.map((place) => ({
				id: `place-${place.id}`,
				label: localName(place),
				note: placeKind(place.kind),
				href: mapHref(place.point),
				about: { kind: 'place' as const, point: place.point }
			}))
		},
		{
			label: m.search_cases(),
			items: cases.map((one) => ({
				id: `case-${one.id}`,
				label: one.number,
				note: noteOf(one),
				href: `/desk/cases/${one.id}`,
				about: { kind: 'case' as const, point: null }
			}))
		},
		{
			label: m.lists_found_reports(),
			items: reports.map((one) => ({
				id: `report-${one.id}`,
				label: m.lists_found_report({ number: String(one.number) }),
				note: noteOf(one),
				href: `/desk/reports/${one.id}`,
				about: { kind: 'case' as const, point: null }
			}))
		}
	];
}

/** Where it is, or what was written that the search found. */
function noteOf({
	piece,
	street,
	street_en
}: Pick<FoundCase, 'piece' | 'street' | 'street_en'>): string | undefined {
	if (piece) return `…${piece}…`;
	return street ? localName({ name: street, name_en: street_en }) : undefined;
}

/** Asks our own server; the banner tells when nobody answers. */
export async function suggestionsFor(
	query: string,
	signal: AbortSignal
): Promise<readonly SuggestionGroup[]> {
	const response = await fetch(`/search?${new URLSearchParams({ q: query })}`, {
		signal,
		headers: { accept: 'application/json' }
	}).catch((problem: unknown) => {
		if (!signal.aborted) connection.lost();
		throw problem;
	});
	connection.found();
	if (!response.ok) throw new Error(`The search answered ${response.status}.`);
	return groupsOf((await response.json()) as Found);
}

const kinds: Record<string, () => string> = {
	station: m.search_kind_station,
	bus_station: m.search_kind_station,
	market: m.search_kind_market,
	marketplace: m.search_kind_market,
	mall: m.search_kind_mall,
	school: m.search_kind_school,
	hospital: m.search_kind_hospital,
	park: m.search_kind_park,
	bridge: m.search_kind_bridge,
	village: m.search_kind_village,
	suburb: m.search_kind_village,
	neighbourhood: m.search_kind_village
};

export function placeKind(kind: string | null): string {
	return (kind !== null && kinds[kind]?.()) || m.search_kind_place();
}
