// A Shapefile as offices send it: .shp (shapes), .dbf (their properties), .prj and .cpg in one zip. Only polygons are
// read. Own reader rather than a library's: those convert projections by themselves, drop what they do not understand
// and lose which row was which.
// https://www.esri.com/content/dam/esrisites/sitecore-archive/Files/Pdfs/library/whitepapers/pdfs/shapefile.pdf
import { unzipSync } from 'fflate';
import type { Position } from '#lib/city/datum.ts';
import type { Findings } from '#lib/city/import/findings.ts';
import { refuseFile } from '#lib/city/import/refused-file.ts';
import type { RawArea, RawAreas } from './area-draft.ts';
import { datumOfWkt } from './coordinate-system.ts';
import { readDbf } from './dbf.ts';

const mostUnpacked = 256 * 1024 * 1024;
const wanted = /\.(shp|dbf|prj|cpg|geojson|json)$/i;

/** The files of a zip that can be read here, by name. Nothing is written anywhere, so paths in it lead nowhere. */
export function unzip(bytes: Uint8Array): Map<string, Uint8Array> {
	let total = 0;
	let isTooLarge = false;
	let files: Record<string, Uint8Array>;
	try {
		files = unzipSync(bytes, {
			filter: ({ name, originalSize }) => {
				// What a Mac packs beside the files themselves.
				if (!wanted.test(name) || /^__MACOSX\/|(^|\/)\._[^/]*$/.test(name)) return false;
				total += originalSize;
				// Sizes are the zip's own word, and nothing larger than it says is unpacked.
				isTooLarge ||= total > mostUnpacked;
				return !isTooLarge;
			}
		});
	} catch {
		throw refuseFile('ground', 'zip_broken');
	}
	if (isTooLarge) throw refuseFile('ground', 'zip_too_large', { megabytes: mostUnpacked / 1024 / 1024 });
	return new Map(Object.entries(files));
}

/** The one Shapefile in the unpacked zip. Throws `RefusedFile`. */
export function readShapefile(files: ReadonlyMap<string, Uint8Array>, findings: Findings): RawAreas {
	const shapes = [...files.keys()].filter((name) => /\.shp$/i.test(name));
	if (shapes.length === 0) throw refuseFile('ground', 'zip_without_shapefile');
	if (shapes.length > 1) {
		throw refuseFile('ground', 'zip_several_shapefiles', { names: shapes.slice(0, 5).join(', ') });
	}
	const base = shapes[0]!.slice(0, -4).toLowerCase();
	const beside = (ending: string) =>
		[...files].find(([name]) => name.toLowerCase() === `${base}.${ending}`)?.[1] ?? null;
	const geometries = readShapes(files.get(shapes[0]!)!);
	const dbf = beside('dbf');
	if (!dbf) throw refuseFile('ground', 'dbf_missing');
	const cpg = beside('cpg');
	const table = readDbf(dbf, cpg && new TextDecoder('latin1').decode(cpg.subarray(0, 100)), findings);
	if (table.length !== geometries.length) {
		throw refuseFile('ground', 'dbf_other_length', { shapes: geometries.length, rows: table.length });
	}
	const prj = beside('prj');
	if (!prj) findings.say('prj_missing', 'note', 1);
	const rows = geometries.map((geometry, i): RawArea => ({
		row: i + 1,
		id: null,
		properties: table[i]!,
		geometry
	}));
	const declared = prj ? datumOfWkt(new TextDecoder().decode(prj.subarray(0, 20_000))) : null;
	return { format: 'shapefile', rows, declared };
}

const polygonTypes = new Set([5, 15, 25]);
const typeNames: Record<number, string> = {
	1: 'Point',
	3: 'PolyLine',
	8: 'MultiPoint',
	11: 'PointZ',
	13: 'PolyLineZ',
	18: 'MultiPointZ',
	21: 'PointM',
	23: 'PolyLineM',
	28: 'MultiPointM',
	31: 'MultiPatch'
};

/** Every record's shape, null where it has none. */
function readShapes(bytes: Uint8Array): RawArea['geometry'][] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (view.byteLength < 100 || view.getInt32(0) !== 9994) throw refuseFile('ground', 'shp_broken', { at: 0 });
	const type = view.getInt32(32, true);
	if (type !== 0 && !polygonTypes.has(type)) {
		throw refuseFile('ground', 'shp_not_polygons', { type: typeNames[type] ?? type });
	}
	const shapes: RawArea['geometry'][] = [];
	let at = 100;
	while (at < view.byteLength) {
		const broken = () => refuseFile('ground', 'shp_broken', { at: shapes.length + 1 }, shapes.length + 1);
		if (at + 12 > view.byteLength) throw broken();
		const end = at + 8 + view.getInt32(at + 4) * 2;
		if (end > view.byteLength || end < at + 12) throw broken();
		shapes.push(readShape(new DataView(view.buffer, view.byteOffset + at + 8, end - at - 8), broken));
		at = end;
	}
	return shapes;
}

function readShape(view: DataView, broken: () => Error): RawArea['geometry'] {
	const type = view.getInt32(0, true);
	if (type === 0) return null;
	if (!polygonTypes.has(type)) return { type: typeNames[type] ?? `#${type}`, coordinates: null };
	if (view.byteLength < 44) throw broken();
	const parts = view.getInt32(36, true);
	const points = view.getInt32(40, true);
	const first = 44 + 4 * parts;
	if (parts < 0 || points < 0 || first + 16 * points > view.byteLength) throw broken();
	const rings: Position[][] = [];
	for (let part = 0; part < parts; part++) {
		const from = view.getInt32(44 + 4 * part, true);
		const to = part + 1 < parts ? view.getInt32(48 + 4 * part, true) : points;
		if (from < 0 || to < from || to > points) throw broken();
		const ring: Position[] = [];
		for (let i = from; i < to; i++) {
			ring.push([view.getFloat64(first + 16 * i, true), view.getFloat64(first + 16 * i + 8, true)]);
		}
		rings.push(ring);
	}
	const polygons = group(rings);
	return polygons.length === 1
		? { type: 'Polygon', coordinates: polygons[0] }
		: { type: 'MultiPolygon', coordinates: polygons };
}

/** The format has no word for holes: outer rings run clockwise, holes the other way, in any order. */
function group(rings: Position[][]): Position[][][] {
	const areas = rings.map(signedArea);
	// A file with every ring the wrong way round has outer rings only.
	const isTurned = !areas.some((area) => area < 0);
	const outers = rings.filter((_, i) => isTurned || areas[i]! <= 0).map((ring) => [ring]);
	if (isTurned) return outers;
	const boxes = outers.map(([outer]) => ({ outer: outer!, size: Math.abs(signedArea(outer!)) }));
	for (const [i, ring] of rings.entries()) {
		if (!(areas[i]! > 0)) continue;
		let around = -1;
		for (const [k, { outer, size }] of boxes.entries()) {
			if ((around < 0 || size < boxes[around]!.size) && holds(outer, ring[0]!)) around = k;
		}
		// A hole in nothing stays with the first part, where it is found to lie outside.
		outers[Math.max(around, 0)]!.push(ring);
	}
	return outers;
}

function signedArea(ring: readonly Position[]): number {
	let sum = 0;
	const [ox, oy] = ring[0] ?? [0, 0];
	for (let i = 0; i + 1 < ring.length; i++) {
		const [[ax, ay], [bx, by]] = [ring[i]!, ring[i + 1]!];
		sum += (ax - ox) * (by - oy) - (bx - ox) * (ay - oy);
	}
	return sum;
}

function holds(ring: readonly Position[], [px, py]: Position): boolean {
	let isInside = false;
	for (let i = 0; i + 1 < ring.length; i++) {
		const [[ax, ay], [bx, by]] = [ring[i]!, ring[i + 1]!];
		if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) isInside = !isInside;
		else if (ax === px && ay === py) return true;
	}
	return isInside;
}
