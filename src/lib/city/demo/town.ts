import { bridgeDecks } from './bridges.ts';
import { townPlan, type Ground } from './ground.ts';
import { townHouses } from './houses.ts';
import { OsmDocument, type OsmTags } from './osm.ts';
import { quarters, type Parcel } from './plan/places.ts';
import { bend, lerp, offset, toLngLat, type Metres } from './plane.ts';
import { streetClassOf } from '../import/osm/tags.ts';
import type { SegmentImport } from '../import/shapes.ts';

export const townName = { name: '演示水城', nameEn: 'Demo Canal Town' };

interface Written {
	osm: string;
	segments: SegmentImport[];
}

let written: Written | undefined;

/**
 * The demo town as an OpenStreetMap document (.osm XML): an invented canal town, the same bytes every time. Drawing it
 * takes about a second, once per process.
 */
export function townOsm(): string {
	return (written ??= write()).osm;
}

/** The segments its streets fall into, as reading the document gives them. */
export function townSegments(): readonly SegmentImport[] {
	return (written ??= write()).segments;
}

function write(): Written {
	const plan = townPlan();
	const osm = new OsmDocument();
	const segments = writeStreets(osm);
	for (const { name, nameEn, tags, rings } of [...plan.water, ...plan.greens, ...bridgeDecks(plan)]) {
		const all = { ...names(name, nameEn), ...tags };
		if (rings.length === 1) osm.ring(rings[0]!, all);
		else osm.multipolygon(rings, all);
	}
	for (const parcel of plan.parcels) writeParcel(osm, parcel);
	for (const { building, levels, ring } of townHouses(plan)) {
		osm.ring(ring, { building, 'building:levels': String(levels) });
	}
	for (const side of [-2.5, 2.5]) {
		const track = offset(plan.railway, side).map((point) => osm.node(point));
		osm.way(track, { railway: 'rail', usage: 'main', gauge: '1435' });
	}
	osm.node(bend([2690, 346]), { ...names('演示水城站', 'Demo Canal Town Station'), railway: 'station' });
	for (const { name, nameEn, place, at } of quarters) osm.node(bend(at), { ...names(name, nameEn), place });
	osm.bound(plan.lines.flatMap(({ points }) => points));
	return { osm: osm.toString(), segments };
}

function writeStreets(osm: OsmDocument): SegmentImport[] {
	const { network, lines } = townPlan();
	return lines.flatMap(({ key, street, oneway }) => {
		const pieces = network.pieces.filter(({ line }) => line === key);
		const junction = (number: number) => osm.sharedNode(`junction ${number}`, network.junctions[number]!);
		const nodes = pieces.flatMap(({ from, to, points }, i) => [
			...(i === 0 ? [junction(from)] : []),
			...points.slice(1, -1).map((point) => osm.node(point)),
			junction(to)
		]);
		const way = osm.way(nodes, {
			highway: street.highway,
			...names(street.name, street.nameEn),
			...(oneway ? { oneway: 'yes' } : {})
		});
		return pieces.map(({ from, to, points }): SegmentImport => {
			const [head, tail] = [junction(from), junction(to)];
			return {
				key: `w${way}:${head}-${tail}`,
				street_key: null,
				name: street.name,
				name_en: street.nameEn,
				class: streetClassOf(street.highway),
				oneway: oneway ? 1 : 0,
				from_junction: String(head),
				to_junction: String(tail),
				line: points.map(toLngLat)
			};
		});
	});
}

function writeParcel(
	osm: OsmDocument,
	{ name, nameEn, tags, ring, pitch }: Parcel & { ring: Metres[] }
): void {
	osm.ring(ring, { ...names(name, nameEn), ...tags });
	if (!pitch) return;
	const [sw, se, ne, nw] = ring as [Metres, Metres, Metres, Metres];
	const at = (u: number, v: number) => lerp(lerp(sw, se, u), lerp(nw, ne, u), v);
	osm.ring([at(0.62, 0.12), at(0.94, 0.12), at(0.94, 0.88), at(0.62, 0.88)], { leisure: 'pitch' });
}

function names(name: Ground['name'], nameEn: Ground['nameEn']): OsmTags {
	return { ...(name === null ? {} : { name }), ...(nameEn === null ? {} : { 'name:en': nameEn }) };
}
