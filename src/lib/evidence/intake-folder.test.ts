import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IntakeFolder } from './intake-folder.server.ts';
import { MAX_PHOTO_BYTES } from './photo.ts';

let root: string;
let folder: IntakeFolder;

beforeEach(async () => {
	root = await mkdtemp(join(tmpdir(), 'kerbside-intake-'));
	folder = new IntakeFolder(root);
	await folder.open();
});
afterEach(() => rm(root, { recursive: true, force: true }));

const jpeg = (size: number) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(size)]);
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
async function* inPieces(bytes: Buffer, size = 7000) {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function refusalOf(bytes: AsyncIterable<Uint8Array>, expected: string | null): Promise<string> {
	return folder.keep(bytes, expected).then(
		() => 'kept',
		(error: { status?: number; code?: string; message: string }) =>
			error.status ? `${error.status} ${error.code}` : error.message
	);
}

describe('the intake folder', () => {
	it('keeps a photo under its hash, byte for byte', async () => {
		const bytes = jpeg(50_000);
		expect(await folder.keep(inPieces(bytes), sha(bytes))).toMatchObject({
			sha256: sha(bytes),
			byteSize: 50_004
		});
		expect(await readFile(folder.pathOf(sha(bytes)))).toEqual(bytes);
	});

	it('keeps one file when the same photo comes five times at once', async () => {
		const bytes = jpeg(20_000);
		await Promise.all(Array.from({ length: 5 }, () => folder.keep(inPieces(bytes), sha(bytes))));
		expect(await readdir(join(root, 'kept'))).toEqual([sha(bytes)]);
	});

	it('knows the head however small the pieces are', async () => {
		const bytes = jpeg(100);
		expect(await refusalOf(inPieces(bytes, 1), sha(bytes))).toBe('kept');
	});

	it.each([
		['other bytes than announced', () => inPieces(jpeg(100)), '422 hash_mismatch'],
		['no bytes', () => inPieces(Buffer.alloc(0)), '422 empty_photo'],
		['a page', () => inPieces(Buffer.from('<!doctype html>'.repeat(9))), '415 not_a_photo'],
		['two bytes', () => inPieces(Buffer.from([0xff, 0xd8])), '415 not_a_photo'],
		['more than 20 MB', () => inPieces(jpeg(MAX_PHOTO_BYTES), 1 << 20), '413 too_large']
	])('refuses %s and leaves nothing behind', async (_, bytes, refusal) => {
		expect(await refusalOf(bytes(), '0'.repeat(64))).toBe(refusal);
		expect([await readdir(join(root, 'arriving')), await readdir(join(root, 'kept'))]).toEqual([[], []]);
	});

	it('leaves nothing behind when the sender breaks off', async () => {
		async function* broken() {
			yield jpeg(1000);
			throw new Error('gone');
		}
		expect(await refusalOf(broken(), null)).toBe('gone');
		expect(await readdir(join(root, 'arriving'))).toEqual([]);
	});

	it('after a crash names what was kept and drops what was still arriving', async () => {
		const bytes = jpeg(10);
		await folder.keep(inPieces(bytes), null);
		await writeFile(join(root, 'arriving', 'half'), 'half');
		expect(await new IntakeFolder(root).open()).toEqual([sha(bytes)]);
		expect(await readdir(join(root, 'arriving'))).toEqual([]);
	});
});
