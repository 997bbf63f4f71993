const LONGEST_SIDE = 2048;

/**
 * A photo as a JPEG of at most 2048 pixels a side, upright and without any tag. The original comes back when this
 * browser cannot decode it (HEIC outside Safari) or when it is small already and shrinking would make it larger.
 */
export async function shrinkPhoto(original: Blob): Promise<Blob> {
	try {
		const bitmap = await createImageBitmap(original, { imageOrientation: 'from-image' });
		const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
		const canvas = document.createElement('canvas');
		canvas.width = Math.max(1, Math.round(bitmap.width * scale));
		canvas.height = Math.max(1, Math.round(bitmap.height * scale));
		const pen = canvas.getContext('2d');
		if (!pen) return original;
		pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
		bitmap.close();
		const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.85));
		if (!small || small.size === 0) return original;
		return scale === 1 && small.size > original.size ? original : small;
	} catch {
		return original;
	}
}

/** SHA-256 in hex; null where the browser has no cryptography because the page is not on a secure connection. */
export async function sha256Of(blob: Blob): Promise<string | null> {
	if (!globalThis.crypto?.subtle) return null;
	const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
