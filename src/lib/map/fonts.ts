import ranges from '@fontsource-variable/noto-sans-sc/unicode.json';
import type { FontFacesSpecification } from 'maplibre-gl';

/** The name styles ask for in `text-font`. */
export const mapFont = 'Noto Sans SC';

// Not inlined: a font inside a data: address would be refused by our own content policy.
const files = import.meta.glob<string>(
	'/node_modules/@fontsource-variable/noto-sans-sc/files/*-wght-normal.woff2',
	{
		eager: true,
		query: '?url&no-inline',
		import: 'default'
	}
);

/**
 * Noto Sans SC in its hundred slices, each with the characters it covers. MapLibre fetches a slice when a name needs it,
 * so a city costs a handful of files of about 50 KB and no glyph server.
 */
export function fontFaces(origin: string): FontFacesSpecification {
	const faces = Object.entries(ranges).flatMap(([slice, range]) => {
		const file = `/noto-sans-sc-${slice.replace(/[[\]]/g, '')}-wght-normal.woff2`;
		const address = Object.entries(files).find(([path]) => path.endsWith(file))?.[1];
		return address ? [{ url: new URL(address, origin).href, 'unicode-range': range.split(',') }] : [];
	});
	return { [mapFont]: faces };
}
