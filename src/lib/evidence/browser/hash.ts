/**
 * SHA-256 in hex. Browsers keep their own for secure connections; on a page served without one (a city's own network)
 * it is computed in script.
 */
export async function sha256Of(blob: Blob): Promise<string> {
	const bytes = new Uint8Array(await blob.arrayBuffer());
	if (globalThis.crypto?.subtle) return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
	const { sha256 } = await import('@noble/hashes/sha2.js');
	return hex(sha256(bytes));
}

function hex(digest: Uint8Array): string {
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
