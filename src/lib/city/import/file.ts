import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

/** A city's whole street file is tens of megabytes; more than this is some other file, or a bomb. */
const most = 600 * 1024 * 1024;

/** The text of a file, unpacked when it is gzip, and the SHA-256 of the file as it lies on the disk. */
export async function readImportFile(path: string): Promise<{ text: string; sha256: string }> {
	const bytes = await readFile(path);
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
	const plain = isGzip ? gunzipSync(bytes, { maxOutputLength: most }) : bytes;
	return { text: new TextDecoder('utf-8', { fatal: true }).decode(plain), sha256 };
}
