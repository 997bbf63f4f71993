// Files as they come: gzip is undone within a limit, and what a file is, is told by its first bytes, not by its name.
import { createGunzip, gunzipSync } from 'node:zlib';
import { refuseFile } from './refused-file.ts';

const megabyte = 1024 * 1024;

export function isGzip(bytes: Uint8Array): boolean {
	return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The bytes of a file, unpacked when it is gzip; refused when they would be more than `mostMb`. */
export function unpack(bytes: Uint8Array, mostMb: number): Uint8Array {
	if (!isGzip(bytes)) {
		if (bytes.length > mostMb * megabyte) throw refuseFile('city', 'file_too_large', { megabytes: mostMb });
		return bytes;
	}
	try {
		return gunzipSync(bytes, { maxOutputLength: mostMb * megabyte });
	} catch (error) {
		throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
			? refuseFile('city', 'file_too_large', { megabytes: mostMb })
			: refuseFile('city', 'gzip_broken');
	}
}

/** The same piece by piece, for files whose whole would not fit. */
export async function* unpackPieces(bytes: Uint8Array, mostMb: number): AsyncGenerator<Uint8Array> {
	const piece = megabyte / 4;
	if (!isGzip(bytes)) {
		if (bytes.length > mostMb * megabyte) throw refuseFile('city', 'file_too_large', { megabytes: mostMb });
		for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
		return;
	}
	const gunzip = createGunzip({ chunkSize: piece });
	gunzip.end(bytes);
	let length = 0;
	try {
		for await (const chunk of gunzip) {
			length += (chunk as Uint8Array).length;
			if (length > mostMb * megabyte) throw refuseFile('city', 'file_too_large', { megabytes: mostMb });
			yield chunk as Uint8Array;
		}
	} catch (error) {
		throw isZlibError(error) ? refuseFile('city', 'gzip_broken') : error;
	} finally {
		gunzip.destroy();
	}
}

function isZlibError(error: unknown): boolean {
	const code = (error as NodeJS.ErrnoException | null)?.code;
	return typeof code === 'string' && /^Z_|^ERR_/.test(code);
}

/** UTF-8 text without its byte order mark; anything else is refused with a word on how to save the file. */
export function decodeUtf8(bytes: Uint8Array): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		throw refuseFile('city', 'not_utf8');
	}
}
