// Places people look for by name: stations, markets, schools, hospitals, parks, bridges, quarters.
import type { Position } from '../positions.ts';
import type { FeatureImport, PlaceKind } from '../shapes.ts';
import { namesOf, type Tags } from './tags.ts';

export interface Place {
	kind: PlaceKind;
	/** 1 is shown first. */
	rank: number;
}

/** By key and value, the first that fits. A place without a name is none. */
const words: readonly [key: string, values: Record<string, Place>][] = [
	[
		'place',
		{
			city: { kind: 'town', rank: 1 },
			town: { kind: 'town', rank: 1 },
			suburb: { kind: 'town', rank: 2 },
			borough: { kind: 'town', rank: 2 },
			village: { kind: 'village', rank: 2 },
			quarter: { kind: 'neighbourhood', rank: 3 },
			neighbourhood: { kind: 'neighbourhood', rank: 4 },
			hamlet: { kind: 'village', rank: 4 },
			island: { kind: 'island', rank: 3 },
			islet: { kind: 'island', rank: 5 },
			square: { kind: 'square', rank: 3 }
		}
	],
	[
		'railway',
		{
			station: { kind: 'station', rank: 2 },
			halt: { kind: 'station', rank: 3 },
			tram_stop: { kind: 'station', rank: 5 }
		}
	],
	[
		'amenity',
		{
			bus_station: { kind: 'station', rank: 1 },
			ferry_terminal: { kind: 'station', rank: 3 },
			marketplace: { kind: 'market', rank: 2 },
			hospital: { kind: 'hospital', rank: 2 },
			clinic: { kind: 'hospital', rank: 5 },
			university: { kind: 'school', rank: 2 },
			college: { kind: 'school', rank: 3 },
			school: { kind: 'school', rank: 4 },
			kindergarten: { kind: 'school', rank: 5 },
			townhall: { kind: 'government', rank: 2 },
			police: { kind: 'police', rank: 4 },
			theatre: { kind: 'attraction', rank: 4 },
			library: { kind: 'attraction', rank: 4 }
		}
	],
	['public_transport', { station: { kind: 'station', rank: 3 } }],
	[
		'shop',
		{
			mall: { kind: 'mall', rank: 2 },
			department_store: { kind: 'mall', rank: 3 },
			supermarket: { kind: 'mall', rank: 4 }
		}
	],
	[
		'leisure',
		{
			park: { kind: 'park', rank: 3 },
			nature_reserve: { kind: 'park', rank: 3 },
			stadium: { kind: 'attraction', rank: 3 },
			sports_centre: { kind: 'attraction', rank: 5 }
		}
	],
	[
		'tourism',
		{
			attraction: { kind: 'attraction', rank: 4 },
			theme_park: { kind: 'attraction', rank: 3 },
			museum: { kind: 'attraction', rank: 3 },
			zoo: { kind: 'attraction', rank: 3 }
		}
	],
	['man_made', { bridge: { kind: 'bridge', rank: 4 } }]
];

export function placeOf(tags: Tags): Place | null {
	if (tags.highway !== undefined && tags.bridge !== undefined && tags['bridge:name'] !== undefined) {
		return { kind: 'bridge', rank: 4 };
	}
	for (const [key, values] of words) {
		const value = tags[key];
		if (value !== undefined && Object.hasOwn(values, value)) return values[value]!;
	}
	return null;
}

/** Degrees: a station drawn as a point and as an outline, or a bridge of two carriageways, is one place. */
const same = 0.004;

/** Gathers places; of the same name and kind near each other the first stands. */
export class Places {
	readonly #isInChina: boolean;
	readonly #found = new Map<string, { at: Position; feature: FeatureImport }[]>();

	constructor(isInChina: boolean) {
		this.#isInChina = isInChina;
	}

	add(key: string, { kind, rank }: Place, tags: Tags, at: Position): void {
		const own = kind === 'bridge' && tags['bridge:name'] !== undefined ? { name: tags['bridge:name'] } : tags;
		const { name, nameEn } = namesOf(own, this.#isInChina);
		if (!name) return;
		const alike = `${kind} ${name}`;
		const others = this.#found.get(alike) ?? [];
		if (others.some((other) => Math.abs(other.at[0] - at[0]) < same && Math.abs(other.at[1] - at[1]) < same))
			return;
		const feature: FeatureImport = {
			key: `${key}:place`,
			kind: 'place',
			name,
			name_en: nameEn,
			place_kind: kind,
			rank,
			geometry: { type: 'Point', coordinates: at }
		};
		others.push({ at, feature });
		this.#found.set(alike, others);
	}

	list(): FeatureImport[] {
		return [...this.#found.values()].flat().map(({ feature }) => feature);
	}
}
