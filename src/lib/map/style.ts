import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import type { Locale } from '#lib/i18n/messages.ts';
import { fontFaces, mapFont } from './fonts.ts';
import { maxTileZoom } from './zoom.ts';

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
}

interface Ink {
	ground: string;
	water: string;
	green: string;
	building: string;
	buildingEdge: string;
	road: string;
	roadEdge: string;
	path: string;
	name: string;
	nameEdge: string;
	waterName: string;
	place: string;
}

const inks: Record<MapTheme, Ink> = {
	light: {
		ground: '#f4f6f8',
		water: '#c9dfeb',
		green: '#dcebd9',
		building: '#e7ebee',
		buildingEdge: '#dbe1e6',
		road: '#ffffff',
		roadEdge: '#c3cdd6',
		path: '#dfe5ea',
		name: '#2f4250',
		nameEdge: '#ffffff',
		waterName: '#3f7592',
		place: '#51636f'
	},
	dark: {
		ground: '#050a14',
		water: '#0b2036',
		green: '#071a1d',
		building: '#0b1626',
		buildingEdge: '#13243a',
		road: '#1d3047',
		roadEdge: '#060c17',
		path: '#12202f',
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
export const beneathNames = 'street-names';

export function mapStyle({ theme, locale, version, origin, scale = 1 }: StyleOptions): StyleSpecification {
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
	const layers = [
		{ id: 'ground', type: 'background', paint: { 'background-color': ink.ground } },
		{ id: 'green', type: 'fill', 'source-layer': 'green', paint: { 'fill-color': ink.green } },
		{ id: 'water', type: 'fill', 'source-layer': 'water', paint: { 'fill-color': ink.water } },
		{
			id: 'buildings',
			type: 'fill',
			'source-layer': 'building',
			minzoom: 12,
			paint: { 'fill-color': ink.building, 'fill-outline-color': ink.buildingEdge }
		},
		{
			id: 'rail',
			type: 'line',
			'source-layer': 'rail',
			paint: { 'line-color': ink.path, 'line-width': 2, 'line-dasharray': [4, 2] }
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
			minzoom: 14,
			layout: {
				'text-field': text,
				'text-font': font,
				'text-size': 12 * scale,
				'text-max-width': 8,
				'text-padding': 6
			},
			paint: { 'text-color': ink.place, 'text-halo-color': ink.nameEdge, 'text-halo-width': 1.4 }
		}
	];
	return {
		version: 8,
		'font-faces': fontFaces(origin),
		transition: { duration: 600, delay: 0 },
		sources: {
			base: {
				type: 'vector',
				tiles: [`${origin}/tiles/${version}/{z}/{x}/{y}`],
				minzoom: 8,
				maxzoom: maxTileZoom,
				promoteId: { streets: 'street_id' }
			}
		},
		layers: layers.map((layer) =>
			'source-layer' in layer ? { source: 'base', ...layer } : layer
		) as LayerSpecification[]
	};
}
