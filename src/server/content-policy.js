// One Content-Security-Policy for everything we serve. Plain JavaScript because svelte.config.js reads it under
// whatever Node runs Vite. Pages get a nonce added by SvelteKit; files and errors get the header below as it is.
// Workers take their policy from their own file's response, so that one needs connect-src too.

/** @type {NonNullable<NonNullable<NonNullable<import('@sveltejs/kit').Config['kit']>['csp']>['directives']>} */
export const pageDirectives = {
	'default-src': ['none'],
	'script-src': ['self'],
	'style-src': ['self'],
	// Map libraries and charts place things by style attributes; these can move a box, not load anything.
	'style-src-attr': ['unsafe-inline'],
	'img-src': ['self', 'data:', 'blob:'],
	'font-src': ['self'],
	'connect-src': ['self'],
	'worker-src': ['self'],
	'manifest-src': ['self'],
	'object-src': ['none'],
	'base-uri': ['none'],
	'form-action': ['self'],
	'frame-ancestors': ['none']
};

const keywords = new Set(['self', 'none', 'unsafe-inline']);

/** The same policy as one header value, without a nonce: for files, problem documents and streams. */
export const filePolicy = Object.entries(pageDirectives)
	.map(([name, sources]) => {
		const list = /** @type {string[]} */ (sources);
		return `${name} ${list.map((source) => (keywords.has(source) ? `'${source}'` : source)).join(' ')}`;
	})
	.join('; ');

/**
 * The same policy for a page that other sites may show in a frame of theirs.
 * @param {string} policy one header value
 * @param {readonly string[] | null} origins such as https://www.example.gov.cn; null: any
 * @returns {string}
 */
export function allowingFrames(policy, origins) {
	const ancestors = origins === null ? 'http: https:' : ["'self'", ...origins].join(' ');
	return policy.replace(
		/(^|;\s*)frame-ancestors [^;]*/,
		(_, before) => `${before}frame-ancestors ${ancestors}`
	);
}

/**
 * The same policy with hosts that pictures and data of an outside map may come from. Scripts, fonts, forms and
 * everything else stay with us.
 * @param {string} policy one header value
 * @param {readonly string[]} hosts such as https://t0.tianditu.gov.cn
 * @returns {string}
 */
export function allowingMap(policy, hosts) {
	if (hosts.length === 0) return policy;
	return policy.replace(
		/(^|;\s*)((?:img|connect)-src) ([^;]*)/g,
		(_, before, name, sources) => `${before}${name} ${sources.trim()} ${hosts.join(' ')}`
	);
}
