// OpenStreetMap's binary format (.osm.pbf): blobs of at most 32 MB, each a block of at most some thousand elements.
// https://wiki.openstreetmap.org/wiki/PBF_Format
import { inflateSync } from 'node:zlib';
import { PbfReader } from 'pbf';
import { RefusedFile, refuseFile } from '../refused-file.ts';
import type { OsmData, OsmMember } from './data.ts';
import type { Tags } from './tags.ts';

const most = { header: 64 * 1024, blob: 32 * 1024 * 1024 };
const understood = new Set(['OsmSchema-V0.6', 'DenseNodes']);
const varint = 0;
const bytes = 2;

/** Fills `data` from a whole file. Throws `RefusedFile`: a block that cannot be read ends the reading. */
export function readOsmPbf(file: Uint8Array, data: OsmData): void {
	const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
	let at = 0;
	let block = 0;
	let hasHeader = false;
	while (at < file.length) {
		block += 1;
		if (at + 4 > file.length) throw refuseFile('network', 'pbf_truncated', { block });
		const headerLength = view.getUint32(at);
		if (headerLength > most.header) throw refuseFile('network', 'pbf_broken', { block });
		if (at + 4 + headerLength > file.length) throw refuseFile('network', 'pbf_truncated', { block });
		at += 4;
		const { type, size } = guard(block, () => readBlobHeader(file.subarray(at, at + headerLength)));
		at += headerLength;
		if (size > most.blob) throw refuseFile('network', 'pbf_broken', { block });
		if (at + size > file.length) throw refuseFile('network', 'pbf_truncated', { block });
		const blob = file.subarray(at, at + size);
		at += size;
		if (!hasHeader && type !== 'OSMHeader') throw refuseFile('network', 'pbf_not_osm');
		if (type === 'OSMHeader') {
			hasHeader = true;
			guard(block, () => checkFeatures(unpackBlob(blob)));
		} else if (type === 'OSMData') guard(block, () => readBlock(unpackBlob(blob), data));
	}
}

/** What is not a refusal already means that the bytes of this block do not say what they should. */
function guard<T>(block: number, read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof RefusedFile) throw error;
		throw refuseFile('network', 'pbf_broken', { block }, null, error instanceof Error ? error.message : '');
	}
}

/**
 * Walks through the fields of a message that ends at `end`. Every length is checked against the message it stands in:
 * the library itself would read on beyond it.
 */
function fields(pbf: PbfReader, end: number, read: (field: number) => void): void {
	if (!(end <= pbf.length)) throw new RangeError('a length beyond the end');
	for (let field = pbf.nextField(end); field !== 0; field = pbf.nextField(end)) read(field);
	if (pbf.pos !== end) throw new RangeError('a field beyond its message');
}

function message(pbf: PbfReader, end: number, read: (field: number, end: number) => void): void {
	const inner = endOf(pbf, end);
	fields(pbf, inner, (field) => read(field, inner));
}

function endOf(pbf: PbfReader, end: number): number {
	if (pbf.type !== bytes) throw new TypeError('a field of another type');
	const inner = pbf.readVarint() + pbf.pos;
	if (!(inner <= end)) throw new RangeError('a length beyond its message');
	return inner;
}

function number(pbf: PbfReader): number {
	if (pbf.type !== varint) throw new TypeError('a field of another type');
	return pbf.readVarint(true);
}

function slice(pbf: PbfReader, end: number): Uint8Array {
	const inner = endOf(pbf, end);
	const start = pbf.pos;
	pbf.pos = inner;
	return pbf.buf.subarray(start, inner);
}

/** A packed list of numbers, or one of an unpacked list. */
function numbers(pbf: PbfReader, end: number, into: number[], isZigzag = false): void {
	const next = () => (isZigzag ? pbf.readSVarint() : pbf.readVarint(true));
	if (pbf.type === varint) {
		into.push(next());
		return;
	}
	const inner = endOf(pbf, end);
	while (pbf.pos < inner) into.push(next());
	if (pbf.pos !== inner) throw new RangeError('a number beyond its list');
}

function readBlobHeader(header: Uint8Array): { type: string; size: number } {
	const pbf = new PbfReader(header);
	let type = '';
	let size = -1;
	fields(pbf, pbf.length, (field) => {
		if (field === 1) type = text(slice(pbf, pbf.length));
		else if (field === 3) size = number(pbf);
	});
	if (size < 0) throw new RangeError('a blob without a size');
	return { type, size };
}

function unpackBlob(blob: Uint8Array): Uint8Array {
	const pbf = new PbfReader(blob);
	let raw: Uint8Array | null = null;
	let packed: Uint8Array | null = null;
	let size = -1;
	fields(pbf, pbf.length, (field) => {
		if (field === 1) raw = slice(pbf, pbf.length);
		else if (field === 2) size = number(pbf);
		else if (field === 3) packed = slice(pbf, pbf.length);
		else if (field >= 4 && field <= 7) throw refuseFile('network', 'pbf_compression');
	});
	if (raw) return raw;
	if (!packed || size < 0 || size > most.blob) throw new RangeError('a blob without data');
	const unpacked = inflateSync(packed, { maxOutputLength: Math.max(size, 1) });
	if (unpacked.length !== size) throw new RangeError('a blob of another size than it says');
	return unpacked;
}

function checkFeatures(header: Uint8Array): void {
	const pbf = new PbfReader(header);
	fields(pbf, pbf.length, (field) => {
		if (field !== 4) return;
		const feature = text(slice(pbf, pbf.length));
		if (!understood.has(feature))
			throw refuseFile('network', 'pbf_feature', { feature: feature.slice(0, 60) });
	});
}

/** How a block writes its positions and its texts. */
class Block {
	readonly #strings: Uint8Array[];
	readonly #decoded: (string | undefined)[] = [];
	granularity = 100;
	lngOffset = 0;
	latOffset = 0;

	constructor(strings: Uint8Array[]) {
		this.#strings = strings;
	}

	string(index: number): string {
		const known = this.#decoded[index];
		if (known !== undefined) return known;
		const raw = this.#strings[index];
		if (!raw) throw new RangeError('a text that the block does not hold');
		return (this.#decoded[index] = text(raw));
	}

	/** Nanodegrees to degrees, in two steps that keep the seventh decimal exact. */
	degrees(value: number, offset: number): number {
		return Math.round((offset + this.granularity * value) / 10) / 1e8;
	}

	tags(keys: readonly number[], values: readonly number[]): Tags | null {
		if (keys.length !== values.length) throw new RangeError('a key without a value');
		if (keys.length === 0) return null;
		const tags = Object.create(null) as Tags;
		for (let i = 0; i < keys.length; i++) tags[this.string(keys[i]!)] = this.string(values[i]!);
		return tags;
	}
}

function readBlock(raw: Uint8Array, data: OsmData): void {
	const pbf = new PbfReader(raw);
	const strings: Uint8Array[] = [];
	const groups: [start: number, end: number][] = [];
	const block = new Block(strings);
	// Groups may stand before the numbers they are to be read with.
	fields(pbf, pbf.length, (field) => {
		if (field === 1) {
			message(pbf, pbf.length, (inner, end) => {
				if (inner === 1) strings.push(slice(pbf, end));
			});
		} else if (field === 2) {
			const end = endOf(pbf, pbf.length);
			groups.push([pbf.pos, end]);
			pbf.pos = end;
		} else if (field === 17) block.granularity = number(pbf);
		else if (field === 19) block.latOffset = number(pbf);
		else if (field === 20) block.lngOffset = number(pbf);
	});
	for (const [start, end] of groups) {
		const group = new PbfReader(raw.subarray(start, end));
		fields(group, group.length, (field) => {
			if (field === 1) readNode(group, block, data);
			else if (field === 2) readDenseNodes(group, block, data);
			else if (field === 3) readWay(group, block, data);
			else if (field === 4) readRelation(group, block, data);
		});
	}
}

function readNode(pbf: PbfReader, block: Block, data: OsmData): void {
	let [id, lng, lat] = [NaN, NaN, NaN];
	const keys: number[] = [];
	const values: number[] = [];
	message(pbf, pbf.length, (field, end) => {
		if (field === 1) id = signed(pbf);
		else if (field === 2) numbers(pbf, end, keys);
		else if (field === 3) numbers(pbf, end, values);
		else if (field === 8) lat = block.degrees(signed(pbf), block.latOffset);
		else if (field === 9) lng = block.degrees(signed(pbf), block.lngOffset);
	});
	data.addNode(id, lng, lat, block.tags(keys, values), null);
}

function signed(pbf: PbfReader): number {
	if (pbf.type !== varint) throw new TypeError('a field of another type');
	return pbf.readSVarint();
}

function readDenseNodes(pbf: PbfReader, block: Block, data: OsmData): void {
	const ids: number[] = [];
	const lats: number[] = [];
	const lngs: number[] = [];
	const texts: number[] = [];
	message(pbf, pbf.length, (field, end) => {
		if (field === 1) numbers(pbf, end, ids, true);
		else if (field === 8) numbers(pbf, end, lats, true);
		else if (field === 9) numbers(pbf, end, lngs, true);
		else if (field === 10) numbers(pbf, end, texts);
	});
	if (ids.length !== lats.length || ids.length !== lngs.length)
		throw new RangeError('nodes without positions');
	let [id, lat, lng, t] = [0, 0, 0, 0];
	for (let i = 0; i < ids.length; i++) {
		id += ids[i]!;
		lat += lats[i]!;
		lng += lngs[i]!;
		// Keys and values of all nodes in one list, a zero after each node's; an empty list when no node has any.
		let tags: Tags | null = null;
		while (t < texts.length && texts[t] !== 0) {
			if (t + 1 >= texts.length) throw new RangeError('a key without a value');
			(tags ??= Object.create(null) as Tags)[block.string(texts[t]!)] = block.string(texts[t + 1]!);
			t += 2;
		}
		t += 1;
		data.addNode(id, block.degrees(lng, block.lngOffset), block.degrees(lat, block.latOffset), tags, null);
	}
	if (texts.length > 0 && t !== texts.length) throw new RangeError('texts of no node');
}

function readWay(pbf: PbfReader, block: Block, data: OsmData): void {
	let id = NaN;
	const keys: number[] = [];
	const values: number[] = [];
	const references: number[] = [];
	message(pbf, pbf.length, (field, end) => {
		if (field === 1) id = number(pbf);
		else if (field === 2) numbers(pbf, end, keys);
		else if (field === 3) numbers(pbf, end, values);
		else if (field === 8) numbers(pbf, end, references, true);
	});
	for (let i = 1; i < references.length; i++) references[i]! += references[i - 1]!;
	data.addWay(id, references, block.tags(keys, values), null);
}

const memberTypes = ['node', 'way', 'relation'] as const;

function readRelation(pbf: PbfReader, block: Block, data: OsmData): void {
	let id = NaN;
	const keys: number[] = [];
	const values: number[] = [];
	const roles: number[] = [];
	const references: number[] = [];
	const types: number[] = [];
	message(pbf, pbf.length, (field, end) => {
		if (field === 1) id = number(pbf);
		else if (field === 2) numbers(pbf, end, keys);
		else if (field === 3) numbers(pbf, end, values);
		else if (field === 8) numbers(pbf, end, roles);
		else if (field === 9) numbers(pbf, end, references, true);
		else if (field === 10) numbers(pbf, end, types);
	});
	if (roles.length !== references.length || types.length !== references.length) {
		throw new RangeError('members without a role or a type');
	}
	let ref = 0;
	const members = references.map((step, i): OsmMember => {
		ref += step;
		const type = memberTypes[types[i]!];
		if (!type) throw new RangeError('a member of an unknown type');
		return { type, ref, role: block.string(roles[i]!) };
	});
	data.addRelation(id, members, block.tags(keys, values), null);
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function text(raw: Uint8Array): string {
	try {
		return decoder.decode(raw);
	} catch {
		throw refuseFile('city', 'not_utf8');
	}
}
