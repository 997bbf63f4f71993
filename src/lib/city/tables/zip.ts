// Reading and writing the zip archives that workbooks are. Reading goes by the directory at the end, unpacks piece by
// piece and stops at a bound: what an archive claims about its sizes is never believed.
import { crc32, createDeflateRaw, createInflateRaw, deflateRawSync } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import { TableProblem } from './table.ts';

export interface ZipEntry {
	name: string;
	method: number;
	packed: number;
	/** Where its local header begins. */
	offset: number;
}

const mostEntries = 10_000;

/** The archive's directory by name; throws `damaged` for what is not a whole zip. */
export function readDirectory(bytes: Uint8Array): Map<string, ZipEntry> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const damaged = () => new TableProblem('damaged');
	try {
		const end = findEnd(view);
		if (end < 0) throw damaged();
		let count = view.getUint16(end + 10, true);
		let at = view.getUint32(end + 16, true);
		if (count === 0xffff || at === 0xffffffff) {
			const far = Number(view.getBigUint64(end - 20 + 8, true));
			count = Number(view.getBigUint64(far + 32, true));
			at = Number(view.getBigUint64(far + 48, true));
		}
		if (count > mostEntries) throw damaged();
		const entries = new Map<string, ZipEntry>();
		for (let i = 0; i < count; i += 1) {
			if (view.getUint32(at, true) !== 0x02014b50) throw damaged();
			if (view.getUint16(at + 8, true) & 1) throw new TableProblem('encrypted');
			const lengths = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [
				number,
				number,
				number
			];
			const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + lengths[0]));
			const entry = {
				name,
				method: view.getUint16(at + 10, true),
				packed: view.getUint32(at + 20, true),
				offset: view.getUint32(at + 42, true)
			};
			readFarSizes(view, at, lengths, entry);
			entries.set(name.replaceAll('\\', '/').toLowerCase(), entry);
			at += 46 + lengths[0] + lengths[1] + lengths[2];
		}
		return entries;
	} catch (error) {
		throw error instanceof RangeError ? damaged() : error;
	}
}

function findEnd(view: DataView): number {
	for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 66_000); at -= 1) {
		if (view.getUint32(at, true) === 0x06054b50) return at;
	}
	return -1;
}

/** Zip64: sizes that did not fit, or that a streaming writer put aside, stand in an extra field in a fixed order. */
function readFarSizes(view: DataView, at: number, [name, extra]: number[], entry: ZipEntry): void {
	let place = at + 46 + name!;
	const until = place + extra!;
	while (place + 4 <= until) {
		const size = view.getUint16(place + 2, true);
		if (view.getUint16(place, true) === 1) {
			let field = place + 4;
			const next = () => Number(view.getBigUint64((field += 8) - 8, true));
			if (view.getUint32(at + 24, true) === 0xffffffff) next();
			if (entry.packed === 0xffffffff) entry.packed = next();
			if (entry.offset === 0xffffffff) entry.offset = next();
			return;
		}
		place += 4 + size;
	}
}

/** An entry's bytes in pieces; `too_large` past `most` bytes, `damaged` when they do not unpack. */
export async function* unpack(bytes: Uint8Array, entry: ZipEntry, most: number): AsyncGenerator<Uint8Array> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (entry.offset + 30 > bytes.length || view.getUint32(entry.offset, true) !== 0x04034b50) {
		throw new TableProblem('damaged');
	}
	const start =
		entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
	if (start + entry.packed > bytes.length) throw new TableProblem('damaged');
	const packed = bytes.subarray(start, start + entry.packed);
	if (entry.method === 0) {
		if (packed.length > most) throw tooLarge(most);
		yield packed;
		return;
	}
	if (entry.method !== 8) throw new TableProblem('damaged');
	yield* bounded(Readable.from([packed]).pipe(createInflateRaw({ chunkSize: 256 * 1024 })), most);
}

/** The pieces of an unpacking stream, until there are too many of them. */
export async function* bounded(stream: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
	let seen = 0;
	try {
		for await (const piece of stream) {
			seen += piece.length;
			if (seen > most) throw tooLarge(most);
			yield piece;
		}
	} catch (error) {
		throw error instanceof TableProblem ? error : new TableProblem('damaged');
	}
}

function tooLarge(most: number): TableProblem {
	return new TableProblem('too_large', { megabytes: Math.round(most / 1024 / 1024) });
}

/** A zip archive of these files, each packed. */
export function writeZip(files: readonly { name: string; bytes: Uint8Array }[]): Uint8Array {
	const parts: Uint8Array[] = [];
	const directory: Uint8Array[] = [];
	let offset = 0;
	for (const { name, bytes } of files) {
		const called = new TextEncoder().encode(name);
		const packed = deflateRawSync(bytes);
		// The same content always gives the same archive.
		const sizes = { crc: crc32(bytes), packed: packed.length, size: bytes.length };
		const shared = entryHead(0x0800, sizes, called);
		const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), shared, called]);
		const central = Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), shared, Buffer.alloc(14), called]);
		central.writeUInt32LE(offset, 42);
		parts.push(local, packed);
		directory.push(central);
		offset += local.length + packed.length;
	}
	const size = directory.reduce((sum, { length }) => sum + length, 0);
	const end = Buffer.alloc(22);
	end.writeUInt32LE(0x06054b50, 0);
	end.writeUInt16LE(files.length, 8);
	end.writeUInt16LE(files.length, 10);
	end.writeUInt32LE(size, 12);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...parts, ...directory, end]);
}

/** What stands both before a file and in the directory: version 2.0, names in UTF-8, deflate, 1 January 1980; sizes as told. */
function entryHead(
	flags: number,
	sizes: { crc: number; packed: number; size: number },
	name: Uint8Array
): Buffer {
	const shared = Buffer.alloc(26);
	shared.writeUInt16LE(20, 0);
	shared.writeUInt16LE(flags, 2);
	shared.writeUInt16LE(8, 4);
	shared.writeUInt16LE(0x21, 8);
	shared.writeUInt32LE(sizes.crc, 10);
	shared.writeUInt32LE(sizes.packed, 14);
	shared.writeUInt32LE(sizes.size, 18);
	shared.writeUInt16LE(name.length, 22);
	return shared;
}

/** The same archive in pieces: files one after the other, each packed as it comes, its sizes written behind it. Below 4 GB. */
export async function* streamZip(
	files: AsyncIterable<{ name: string; pieces: AsyncIterable<Uint8Array> }>
): AsyncGenerator<Uint8Array> {
	// Names in UTF-8; sizes follow the content.
	const flags = 0x0808;
	const directory: Uint8Array[] = [];
	let offset = 0;
	for await (const { name, pieces } of files) {
		const called = new TextEncoder().encode(name);
		const sizes = { crc: 0, packed: 0, size: 0 };
		const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), entryHead(flags, sizes, called), called]);
		yield local;
		for await (const packed of deflated(pieces, sizes)) yield packed;
		const behind = Buffer.alloc(16);
		behind.writeUInt32LE(0x08074b50, 0);
		behind.writeUInt32LE(sizes.crc, 4);
		behind.writeUInt32LE(sizes.packed, 8);
		behind.writeUInt32LE(sizes.size, 12);
		yield behind;
		const central = Buffer.concat([
			Buffer.from([0x50, 0x4b, 1, 2, 20, 0]),
			entryHead(flags, sizes, called),
			Buffer.alloc(14),
			called
		]);
		central.writeUInt32LE(offset, 42);
		directory.push(central);
		offset += local.length + sizes.packed + behind.length;
	}
	const end = Buffer.alloc(22);
	end.writeUInt32LE(0x06054b50, 0);
	end.writeUInt16LE(directory.length, 8);
	end.writeUInt16LE(directory.length, 10);
	end.writeUInt32LE(
		directory.reduce((sum, { length }) => sum + length, 0),
		12
	);
	end.writeUInt32LE(offset, 16);
	yield Buffer.concat([...directory, end]);
}

async function* deflated(
	pieces: AsyncIterable<Uint8Array>,
	sizes: { crc: number; packed: number; size: number }
): AsyncGenerator<Uint8Array> {
	async function* counted() {
		for await (const piece of pieces) {
			sizes.crc = crc32(piece, sizes.crc);
			sizes.size += piece.length;
			yield piece;
		}
	}
	// Level 3 takes half the time of the usual 6, and XML grows by an eighth.
	const packing = createDeflateRaw({ level: 3, chunkSize: 256 * 1024 });
	// What goes wrong with a piece is thrown by the loop below.
	pipeline(Readable.from(counted(), { objectMode: true, highWaterMark: 1 }), packing, () => {});
	for await (const packed of packing as AsyncIterable<Uint8Array>) {
		sizes.packed += packed.length;
		yield packed;
	}
}
