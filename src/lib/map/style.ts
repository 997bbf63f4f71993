import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Locale } from '#lib/i18n/messages.ts';
import { beneathNames } from './layer-names.ts';
import { fontFaces, mapFont } from './fonts.ts';
import type { OutsideBase } from './base.ts';
import type { StyleBeneath } from './outside-style.ts';
import { firstBuildingZoom, maxTileZoom, tileVersion } from './zoom.ts';

export type MapTheme = 'light' | 'dark';

export interface StyleOptions {
	theme: MapTheme;
	/** Names come in the reader's language where the data has them. */
	locale: Locale;
	/** The basemap's version: its tiles never change under it. */
	version: string;
	/** Our own address: MapLibre's worker needs whole addresses. */
	origin: string;
	/** Text size: 1 is for a desk. */
	scale?: number;
	/** Somebody else's map beneath our data. Without one, everything is drawn from our own tiles. */
	base?: OutsideBase | null;
	/** The layers of that map, when it comes as a style. */
	beneath?: StyleBeneath | null;
}

interface Ink {
	ground: string;
	water: string;
	shore: string;
	green: string;
	building: string;
	buildingEdge: string;
	road: string;
	roadEdge: string;
	path: string;
	rail: string;
	name: string;
	nameEdge: string;
	waterName: string;
	place: string;
}

const inks: Record<MapTheme, Ink> = {
	light: {
		ground: '#f4f6f8',
		water: '#c9dfeb',
		shore: '#b3cfdf',
		green: '#dcebd9',
		building: '#e7ebee',
		buildingEdge: '#dbe1e6',
		road: '#ffffff',
		roadEdge: '#c3cdd6',
		path: '#dfe5ea',
		rail: '#b4bfc9',
		name: '#2f4250',
		nameEdge: '#ffffff',
		waterName: '#3f7592',
		place: '#51636f'
	},
	dark: {
		ground: '#050a14',
		water: '#0a2542',
		shore: '#14395f',
		green: '#08211f',
		building: '#0d1a2d',
		buildingEdge: '#182c46',
		road: '#1f344d',
		roadEdge: '#060c17',
		path: '#132334',
		rail: '#2b4058',
		name: '#d3e4f2',
		nameEdge: '#050a14',
		waterName: '#3f6f96',
		place: '#6f8ba5'
	}
};

/** Line widths in pixels by class, at zooms 12, 14, 16 and 18. */
const widths: Record<string, [number, number, number, number]> = {
	primary: [1.8, 4, 9, 22],
	secondary: [1.4, 3.2, 7.5, 18],
	tertiary: [1, 2.6, 6, 15],
	residential: [0.6, 1.8, 4.5, 12],
	lane: [0.4, 1.3, 3.2, 8],
	service: [0.3, 0.9, 2.2, 6],
	path: [0.2, 0.6, 1.2, 3]
};

/** Widths that grow with the zoom, `by` times the street's own, plus a rim. */
export function streetWidth(by = 1, rim = 0): ExpressionSpecification {
	const at = (step: number): ExpressionSpecification =>
		[
			'match',
			['get', 'class'],
			...Object.entries(widths).flatMap(([word, sizes]) => [word, sizes[step]! * by + rim]),
			widths.residential![step]! * by + rim
		] as unknown as ExpressionSpecification;
	return ['interpolate', ['exponential', 1.6], ['zoom'], 12, at(0), 14, at(1), 16, at(2), 18, at(3)];
}

/** Streets' names are drawn above everything that is drawn along streets: put such layers before this one. */
export { beneathNames };

export function mapStyle(options: StyleOptions): StyleSpecification {
	const { theme, locale, version, origin, scale = 1, base = null, beneath = null } = options;
	const ink = inks[theme];
	const text: ExpressionSpecification =
		locale === 'en' ? ['coalesce', ['get', 'name_en'], ['get', 'name']] : ['get', 'name'];
	const font = [mapFont];
	const names = (size: [number, number]): Partial<LayerSpecification['layout']> => ({
		'symbol-placement': 'line',
		'text-field': text,
		'text-font': font,
		'text-size': ['interpolate', ['linear'], ['zoom'], 12, size[0] * scale, 17, size[1] * scale],
		'text-letter-spacing': locale === 'en' ? 0.02 : 0.12,
		'text-max-angle': 38,
		'text-padding': 4,
		'symbol-spacing': 320
	});
	/** 1 is shown first; what has no rank comes last. */
	const rank: ExpressionSpecification = ['coalesce', ['get', 'rank'], 9];
	const own = [
		{ id: 'ground', type: 'background', paint: { 'background-color': ink.ground } },
		{ id: 'green', type: 'fill', 'source-layer': 'green', paint: { 'fill-color': ink.green } },
		{ id: 'water', type: 'fill', 'source-layer': 'water', paint: { 'fill-color': ink.water } },
		{
			id: 'waterways',
			type: 'line',
			'source-layer': 'waterway',
			layout: { 'line-cap': 'round', 'line-join': 'round' },
			paint: {
				'line-color': ink.water,
				'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 11, 1, 14, 3, 17, 12]
			}
		},
		{
			id: 'shores',
			type: 'line',
			'source-layer': 'water',
			minzoom: 12,
			paint: { 'line-color': ink.shore, 'line-width': 1 }
		},
		{
			id: 'buildings',
			type: 'fill',
			'source-layer': 'building',
			minzoom: firstBuildingZoom,
			paint: {
				'fill-color': ink.building,
				'fill-outline-color': ink.buildingEdge,
				'fill-opacity': ['interpolate', ['linear'], ['zoom'], firstBuildingZoom, 0.5, 14.5, 1]
			}
		},
		{
			id: 'rail',
			type: 'line',
			'source-layer': 'rail',
			paint: { 'line-color': ink.rail, 'line-width': ['interpolate', ['linear'], ['zoom'], 11, 0.8, 16, 3] }
		},
		{
			id: 'rail-ties',
			type: 'line',
			'source-layer': 'rail',
			minzoom: 12,
			paint: {
				'line-color': ink.ground,
				'line-width': ['interpolate', ['linear'], ['zoom'], 12, 0.4, 16, 1.8],
				'line-dasharray': [5, 5]
			}
		},
		{
			id: 'street-edges',
			type: 'line',
			'source-layer': 'streets',
			filter: ['!', ['in', ['get', 'class'], ['literal', ['service', 'path']]]],
			layout: { 'line-cap': 'round', 'line-join': 'round' },
			paint: { 'line-color': ink.roadEdge, 'line-width': streetWidth(1, 2) }
		},
		{
			id: 'streets',
			type: 'line',
			'source-layer': 'streets',
			layout: { 'line-cap': 'round', 'line-join': 'round' },
			paint: {
				'line-color': ['match', ['get', 'class'], ['service', 'path'], ink.path, ink.road],
				'line-width': streetWidth()
			}
		},
		{
			id: 'water-names',
			type: 'symbol',
			'source-layer': 'water_names',
			layout: { ...names([11, 15]), 'text-letter-spacing': 0.3 },
			paint: { 'text-color': ink.waterName, 'text-halo-color': ink.water, 'text-halo-width': 1 }
		},
		{
			id: beneathNames,
			type: 'symbol',
			'source-layer': 'street_names',
			layout: {
				...names([10.5, 16]),
				'symbol-sort-key': ['match', ['get', 'class'], 'primary', 0, 'secondary', 1, 'tertiary', 2, 3]
			},
			paint: { 'text-color': ink.name, 'text-halo-color': ink.nameEdge, 'text-halo-width': 1.6 }
		},
		{
			id: 'places',
			type: 'symbol',
			'source-layer': 'places',
			minzoom: 12,
			// What everybody knows is named from afar, the rest as one comes near.
			filter: ['>=', ['zoom'], ['step', rank, 12, 2, 13.6, 3, 14.6, 4, 15.6]],
			layout: {
				'text-field': text,
				'text-font': font,
				'text-size': ['step', rank, 12.5 * scale, 2, 11.5 * scale, 4, 10.5 * scale],
				'text-max-width': 8,
				'text-padding': 6,
				'symbol-sort-key': rank
			},
			paint: { 'text-color': ink.place, 'text-halo-color': ink.nameEdge, 'text-halo-width': 1.4 }
		}
	];
	return {
		version: 8,
		'font-faces': fontFaces(origin),
		transition: { duration: 600, delay: 0 },
		sources: {
			...(beneath ? beneath.sources : base ? outsideSources(base) : {}),
			base: {
				type: 'vector',
				tiles: [`${origin}/tiles/${tileVersion(version, base?.datum)}/{z}/{x}/{y}`],
				minzoom: 8,
				maxzoom: maxTileZoom,
				promoteId: { streets: 'street_id' }
			}
		},
		layers: [
			...(beneath ? beneath.layers : base ? picturesBeneath(base, ink, theme) : []),
			...(base ? overOutside(own, theme) : own).map((layer) =>
				'source-layer' in layer ? { source: 'base', ...layer } : layer
			)
		] as LayerSpecification[],
		...(beneath?.glyphs ? { glyphs: beneath.glyphs } : {}),
		...(beneath?.sprite ? { sprite: beneath.sprite } : {})
	};
}

type Layer = { id: string; type: string; layout?: object; [property: string]: unknown };

const outside = (i: number) => `outside-${i}`;

function outsideSources({ addresses, maxZoom }: OutsideBase): StyleSpecification['sources'] {
	return Object.fromEntries(
		addresses.map((address, i) => [
			outside(i),
			{ type: 'raster', tiles: [address], tileSize: 256, maxzoom: maxZoom }
		])
	);
}

/** The pictures, darkened for the wall: they are made for paper, and glowing streets need night around them. */
function picturesBeneath({ addresses }: OutsideBase, ink: Ink, theme: MapTheme): Layer[] {
	const isDark = theme === 'dark';
	// Names in a darkened picture cannot be read, and ours are there.
	const shown = isDark ? addresses.slice(0, 1) : addresses;
	return [
		{ id: 'ground', type: 'background', paint: { 'background-color': ink.ground } },
		...shown.map((_, i) => ({
			id: outside(i),
			type: 'raster',
			source: outside(i),
			paint: isDark ? { 'raster-brightness-max': 0.3, 'raster-saturation': -0.55 } : {}
		}))
	];
}

/** Of our own map, what an outside map does not have: on the dark wall its names; in the light nothing but the way in for layers. */
function overOutside(own: readonly Layer[], theme: MapTheme): Layer[] {
	return own
		.filter(({ id }) => id === beneathNames || (theme === 'dark' && id === 'streets'))
		.map((layer) =>
			theme === 'dark' ? layer : { ...layer, layout: { ...layer.layout, visibility: 'none' } }
		);
}
