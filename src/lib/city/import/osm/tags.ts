// What OpenStreetMap's tags mean to us.
import type { StreetClass } from '../shapes.ts';

export type Tags = Record<string, string>;

const telling = new Set([
	'highway',
	'building',
	'natural',
	'waterway',
	'landuse',
	'leisure',
	'railway',
	'place',
	'amenity',
	'shop',
	'tourism',
	'public_transport',
	'man_made'
]);
const describing = new Set([
	...telling,
	'type',
	'name',
	'name:en',
	'name:zh',
	'name:zh-Hans',
	'name:zh_Hans',
	'alt_name',
	'oneway',
	'junction',
	'area',
	'tunnel',
	'layer',
	'location',
	'bridge',
	'bridge:name',
	'station',
	'service',
	'usage'
]);

/** The tags we read, or null when none says what the thing is. */
export function meaningfulTags(tags: Tags): Tags | null {
	let kept: Tags | null = null;
	let isTold = false;
	for (const key in tags) {
		if (!describing.has(key)) continue;
		isTold ||= telling.has(key);
		(kept ??= {})[key] = tags[key]!;
	}
	return isTold ? kept : null;
}

export function isNamed(tags: Tags): boolean {
	return (tags.name ?? tags['name:zh'] ?? tags['name:en']) !== undefined;
}

/** OpenStreetMap's words for roads, and the plain words others use. */
const classOfKind: Record<string, StreetClass> = {
	motorway: 'primary',
	trunk: 'primary',
	primary: 'primary',
	secondary: 'secondary',
	tertiary: 'tertiary',
	residential: 'residential',
	unclassified: 'residential',
	living_street: 'lane',
	pedestrian: 'lane',
	lane: 'lane',
	service: 'service',
	footway: 'path',
	path: 'path',
	steps: 'path',
	cycleway: 'path',
	track: 'path',
	bridleway: 'path'
};

/** Words that stand under `highway` and are no way one can go today. */
const noStreet = new Set([
	'proposed',
	'planned',
	'construction',
	'abandoned',
	'disused',
	'razed',
	'platform',
	'elevator',
	'corridor',
	'raceway',
	'escape',
	'rest_area',
	'services',
	'bus_stop',
	'no'
]);

export function isStreet(kind: string): boolean {
	return !noStreet.has(kind);
}

/** A word of its own, or a slip road's (`primary_link`); anything else is taken as residential. */
export function streetClassOf(kind: string): StreetClass {
	const word = kind.replace(/_link$/, '');
	return Object.hasOwn(classOfKind, word) ? classOfKind[word]! : 'residential';
}

/** Without a word on the matter a roundabout and a motorway run one way. Null: the value is not understood. */
export function directionOf(tags: Tags): 0 | 1 | -1 | null {
	const value = tags.oneway?.trim().toLowerCase();
	switch (value) {
		case undefined:
		case '':
			return tags.junction === 'roundabout' ||
				tags.junction === 'circular' ||
				tags.highway === 'motorway' ||
				tags.highway === 'motorway_link'
				? 1
				: 0;
		case 'yes':
		case 'true':
		case '1':
			return 1;
		case '-1':
		case 'reverse':
			return -1;
		case 'no':
		case 'false':
		case '0':
			return 0;
		default:
			return null;
	}
}

export interface Names {
	name: string | null;
	nameEn: string | null;
	/** A name was there and is longer than the database takes: it is left out. */
	isTooLong: boolean;
}

const han = /\p{Script=Han}/u;
const longestName = 120;

/**
 * The name people use there, and the English one. “深南大道 Shennan Boulevard” beside name:zh “深南大道” is 深南大道; in
 * China a name without Chinese characters gives way to name:zh. A name in English only is the name.
 */
export function namesOf(tags: Tags, isInChina: boolean): Names {
	const local = plain(tags.name);
	const chinese = plain(tags['name:zh-Hans'] ?? tags['name:zh_Hans'] ?? tags['name:zh']);
	const english = plain(tags['name:en']);
	let name = local ?? chinese ?? english ?? plain(tags.alt_name);
	if (local && chinese && (local.includes(chinese) || (isInChina && !han.test(local)))) name = chinese;
	const nameEn = english ?? (isInChina && local && !han.test(local) && local !== name ? local : null);
	const isTooLong = (name?.length ?? 0) > longestName;
	return {
		name: isTooLong ? null : name,
		nameEn: nameEn && nameEn.length <= longestName ? nameEn : null,
		isTooLong
	};
}

/** One line, no control characters, composed; null when nothing is left. */
function plain(text: string | undefined): string | null {
	const line = text
		?.normalize('NFC')
		.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
		.trim();
	return line ? line : null;
}
