// Pages of other sites must not act for a person who is signed in here, whatever they send: a form, JSON, a photo.
// Browsers say where a request comes from and scripts cannot forge it; programs without a browser say nothing and
// bring no cookies either.
const reads = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isForeignWrite(request: Request, own: string): boolean {
	if (reads.has(request.method)) return false;
	const origin = request.headers.get('origin');
	if (origin !== null) return origin !== own;
	const site = request.headers.get('sec-fetch-site');
	return site !== null && site !== 'same-origin' && site !== 'none';
}
