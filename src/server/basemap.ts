// Whose map lies beneath the data. Our own tiles unless the city says otherwise: another map is another host that learns
// where people look, needs the network, and in China a key and an approval number (审图号) that must be shown.
import type { OutsideBase } from '#lib/map/base.ts';

type Value = (name: string) => string | undefined;

/** Ground and the names on it, by the names 天地图 gives its layers: streets, pictures from above, terrain. */
const tiandituLayers: Record<string, [string, string]> = {
	vec: ['vec_w', 'cva_w'],
	img: ['img_w', 'cia_w'],
	ter: ['ter_w', 'cta_w']
};
/** One of its eight hosts, so that the content policy allows one: over HTTP/2 more would gain nothing. */
const tiandituHost = 'https://t0.tianditu.gov.cn';

const kinds = ['own', 'tianditu', 'tiles', 'style'];

/** What BASEMAP and its companions say; null for our own tiles. Mistakes become sentences in `problems`. */
export function readBasemap(value: Value, problems: string[]): OutsideBase | null {
	const kind = value('BASEMAP')?.toLowerCase() ?? 'own';
	if (!kinds.includes(kind)) {
		problems.push(`BASEMAP=${value('BASEMAP')}: expected one of ${kinds.join(', ')}.`);
		return null;
	}
	if (kind === 'own') return null;
	const approval = value('BASEMAP_APPROVAL');
	if (!approval)
		problems.push(
			'BASEMAP_APPROVAL is missing: the approval number (审图号) that the map is published with, such as GS(2024)0000号; "none" outside China.'
		);
	const common = { approval: approval && approval.toLowerCase() !== 'none' ? approval : '' };
	return kind === 'tianditu'
		? readTianditu(value, problems, common)
		: readOther(kind === 'style' ? 'style' : 'raster', value, problems, common);
}

function readTianditu(value: Value, problems: string[], common: { approval: string }): OutsideBase | null {
	const key = value('TIANDITU_KEY');
	const layer = value('TIANDITU_LAYER')?.toLowerCase() ?? 'vec';
	if (!key || !/^[0-9a-f]{16,64}$/i.test(key))
		problems.push(
			'TIANDITU_KEY: expected the key (tk) of a browser application from console.tianditu.gov.cn.'
		);
	if (!tiandituLayers[layer]) problems.push(`TIANDITU_LAYER=${layer}: expected vec, img or ter.`);
	if (!key || !tiandituLayers[layer]) return null;
	return {
		kind: 'raster',
		addresses: tiandituLayers[layer].map(
			(name) => `${tiandituHost}/DataServer?T=${name}&x={x}&y={y}&l={z}&tk=${encodeURIComponent(key)}`
		),
		// CGCS2000, which differs from WGS-84 by centimetres.
		datum: 'wgs84',
		source: value('BASEMAP_SOURCE') ?? '天地图',
		maxZoom: 18,
		...common
	};
}

function readOther(
	kind: OutsideBase['kind'],
	value: Value,
	problems: string[],
	common: { approval: string }
): OutsideBase | null {
	const address = value('BASEMAP_ADDRESS') ?? '';
	const datum = value('BASEMAP_DATUM')?.toLowerCase();
	const source = value('BASEMAP_SOURCE');
	const isAddress = /^https?:\/\/[^/{}]+\//.test(address) && URL.canParse(address);
	const hasPlaces = ['{z}', '{x}', '{y}'].every((place) => address.includes(place));
	if (!isAddress || (kind === 'raster' && !hasPlaces))
		problems.push(
			kind === 'raster'
				? `BASEMAP_ADDRESS=${address}: expected a picture's address with {z}, {x} and {y}, such as https://tiles.example.cn/{z}/{x}/{y}.png.`
				: `BASEMAP_ADDRESS=${address}: expected the address of a MapLibre style, such as https://tiles.example.cn/style.json.`
		);
	if (datum !== 'wgs84' && datum !== 'gcj02')
		problems.push(
			`BASEMAP_DATUM=${datum ?? ''}: expected wgs84 (also for CGCS2000) or gcj02, which most Chinese web maps use. Guessing would put every street some hundred metres off.`
		);
	if (!source) problems.push('BASEMAP_SOURCE is missing: whose map it is, as it must be shown.');
	if (!isAddress || (datum !== 'wgs84' && datum !== 'gcj02') || !source) return null;
	return { kind, addresses: [address], datum, source, maxZoom: 18, ...common };
}
