/**
 * Sends one photo under its SHA-256 and tells how far it is. Null when it has arrived; otherwise a sentence from
 * the server, or 'unreachable'. XMLHttpRequest, because fetch cannot tell how much of a body has been sent.
 */
export function sendPhoto(
	photo: Blob,
	sha256: string,
	onProgress: (share: number) => void
): Promise<string | null> {
	return new Promise((resolve) => {
		const request = new XMLHttpRequest();
		request.open('PUT', `/api/photos/${sha256}`);
		request.setRequestHeader('content-type', photo.type || 'application/octet-stream');
		request.upload.onprogress = (event) => {
			if (event.lengthComputable) onProgress(event.loaded / event.total);
		};
		request.onload = () => resolve(request.status < 300 ? null : sentenceIn(request.responseText));
		request.onerror = () => resolve('unreachable');
		request.ontimeout = () => resolve('unreachable');
		request.timeout = 180_000;
		request.send(photo);
	});
}

/** The sentence of a problem document. */
function sentenceIn(text: string): string {
	try {
		const { detail } = JSON.parse(text) as { detail?: unknown };
		return typeof detail === 'string' ? detail : 'unreachable';
	} catch {
		return 'unreachable';
	}
}
