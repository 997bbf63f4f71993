import { zipSync, strToU8 } from 'fflate';

type Ring = readonly (readonly number[])[];

export const wgs84Prj =
	'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]';
export const gaussKrugerPrj = `PROJCS["CGCS2000_3_Degree_GK_CM_120E",${wgs84Prj},PROJECTION["Gauss_Kruger"],UNIT["Meter",1.0]]`;

/** The bytes of a .shp: one polygon record per list of rings (null: no shape), rings as they stand. */
export function shpOf(polygons: readonly (readonly Ring[] | null)[], type = 5): Uint8Array {
	const records = polygons.map((rings, i) => {
		const content = rings ? polygonContent(rings, type) : new Uint8Array(4);
		const record = new Uint8Array(8 + content.length);
		const view = new DataView(record.buffer);
		view.setInt32(0, i + 1);
		view.setInt32(4, content.length / 2);
		record.set(content, 8);
		return record;
	});
	const length = 100 + records.reduce((sum, record) => sum + record.length, 0);
	const bytes = new Uint8Array(length);
	const view = new DataView(bytes.buffer);
	view.setInt32(0, 9994);
	view.setInt32(24, length / 2);
	view.setInt32(28, 1000, true);
	view.setInt32(32, type, true);
	let at = 100;
	for (const record of records) {
		bytes.set(record, at);
		at += record.length;
	}
	return bytes;
}

function polygonContent(rings: readonly Ring[], type: number): Uint8Array {
	const points = rings.flat();
	// A box, the counts, where each ring begins, the points; with heights a range and one number for each point.
	const length = 44 + 4 * rings.length + 16 * points.length + (type === 15 ? 16 + 8 * points.length : 0);
	const bytes = new Uint8Array(length);
	const view = new DataView(bytes.buffer);
	view.setInt32(0, type, true);
	view.setInt32(36, rings.length, true);
	view.setInt32(40, points.length, true);
	let start = 0;
	for (const [i, ring] of rings.entries()) {
		view.setInt32(44 + 4 * i, start, true);
		start += ring.length;
	}
	for (const [i, [x, y]] of points.entries()) {
		view.setFloat64(44 + 4 * rings.length + 16 * i, x!, true);
		view.setFloat64(52 + 4 * rings.length + 16 * i, y!, true);
	}
	return bytes;
}

/** The bytes of a .dbf with text fields of a fixed width in bytes; longer values are cut, wherever that is. */
export function dbfOf(
	rows: readonly Record<string, string>[],
	encode: (text: string) => Uint8Array = strToU8,
	width = 40
): Uint8Array {
	const fields = Object.keys(rows[0] ?? { name: '' });
	const head = 32 + 32 * fields.length + 1;
	const rowLength = 1 + width * fields.length;
	const bytes = new Uint8Array(head + rowLength * rows.length + 1).fill(0x20, head);
	const view = new DataView(bytes.buffer);
	bytes[0] = 3;
	view.setUint32(4, rows.length, true);
	view.setUint16(8, head, true);
	view.setUint16(10, rowLength, true);
	for (const [i, field] of fields.entries()) {
		bytes.set(encode(field).subarray(0, 10), 32 + 32 * i);
		bytes[32 + 32 * i + 11] = 'C'.charCodeAt(0);
		bytes[32 + 32 * i + 16] = width;
	}
	bytes[head - 1] = 0x0d;
	for (const [r, row] of rows.entries()) {
		for (const [i, field] of fields.entries()) {
			bytes.set(encode(row[field] ?? '').subarray(0, width), head + r * rowLength + 1 + i * width);
		}
	}
	bytes[bytes.length - 1] = 0x1a;
	return bytes;
}

/** Chinese text in GBK, of the characters our tests use. */
export function gbk(text: string): Uint8Array {
	const bytes: number[] = [];
	for (const letter of text) {
		if (letter < '\u0080') bytes.push(letter.charCodeAt(0));
		else bytes.push(...gbkOf(letter));
	}
	return Uint8Array.from(bytes);
}

const known = new Map<string, [number, number]>();

/** There is a decoder in every runtime and no encoder: the table is turned round. */
function gbkOf(letter: string): [number, number] {
	if (known.size === 0) {
		const decoder = new TextDecoder('gbk');
		for (let high = 0x81; high <= 0xfe; high++) {
			for (let low = 0x40; low <= 0xfe; low++) {
				if (low !== 0x7f) known.set(decoder.decode(Uint8Array.of(high, low)), [high, low]);
			}
		}
	}
	const bytes = known.get(letter);
	if (!bytes) throw new Error(`${letter} is not in GBK.`);
	return bytes;
}

export interface Shapefile {
	shp?: Uint8Array;
	dbf?: Uint8Array;
	prj?: string;
	cpg?: string;
}

/** The zip of a Shapefile's files, under one name. */
export function zipOf(files: Shapefile, base = 'areas'): Uint8Array {
	const entries: Record<string, Uint8Array> = {};
	for (const [ending, content] of Object.entries(files) as [string, string | Uint8Array | undefined][]) {
		if (content !== undefined)
			entries[`${base}.${ending}`] = typeof content === 'string' ? strToU8(content) : content;
	}
	return zipSync(entries);
}
