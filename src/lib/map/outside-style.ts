import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';

/** The parts of somebody else's style that go beneath ours. */
export interface StyleBeneath {
	sources: Record<string, SourceSpecification>;
	layers: LayerSpecification[];
	glyphs?: string;
	sprite?: StyleSpecification['sprite'];
}

/**
 * Makes a style that was read from `address` fit beneath ours: names that cannot collide, whole addresses. Throws when
 * it is not a MapLibre style of version 8.
 */
export function styleBeneath(style: unknown, address: string): StyleBeneath {
	const { version, sources, layers, glyphs, sprite } = (style ?? {}) as Partial<StyleSpecification>;
	if (version !== 8 || typeof sources !== 'object' || !Array.isArray(layers))
		throw new Error(`${address} is not a MapLibre style of version 8.`);
	const whole = (text: string) => wholeAddress(text, address);
	return {
		sources: Object.fromEntries(
			Object.entries(sources).map(([name, source]) => [beneath(name), withWholeAddresses(source, whole)])
		),
		layers: layers.map(
			(layer) =>
				({
					...layer,
					id: beneath(layer.id),
					...('source' in layer && typeof layer.source === 'string' ? { source: beneath(layer.source) } : {})
				}) as LayerSpecification
		),
		...(glyphs ? { glyphs: whole(glyphs) } : {}),
		...(typeof sprite === 'string' ? { sprite: whole(sprite) } : {})
	};
}

const beneath = (name: string) => `beneath-${name}`;

function withWholeAddresses(
	source: SourceSpecification,
	whole: (text: string) => string
): SourceSpecification {
	const changed = { ...source } as SourceSpecification & { url?: string; tiles?: string[] };
	if (typeof changed.url === 'string') changed.url = whole(changed.url);
	if (Array.isArray(changed.tiles)) changed.tiles = changed.tiles.map(whole);
	return changed;
}

/** Like `new URL(text, address)`, which would write {z} as %7Bz%7D. */
function wholeAddress(text: string, address: string): string {
	if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return text;
	return new URL(text, address).href.replaceAll('%7B', '{').replaceAll('%7D', '}');
}

/** Reads the style at `address`. Throws when it cannot be had: the map then says so and is tried again. */
export async function readStyleBeneath(address: string): Promise<StyleBeneath> {
	const response = await fetch(address, { credentials: 'omit', referrerPolicy: 'no-referrer' });
	if (!response.ok) throw new Error(`${address}: ${response.status}`);
	return styleBeneath(await response.json(), address);
}
