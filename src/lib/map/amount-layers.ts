// Amounts over the ground, drawn by deck.gl: a density as one picture between the streets and their names, counts
// as prisms that stand above both. However many reports stand behind them, what is drawn is one texture or a few hundred shapes.
import { AmbientLight, DirectionalLight, LightingEffect } from '@deck.gl/core';
import { BitmapLayer, PathLayer, SolidPolygonLayer, TextLayer } from '@deck.gl/layers';
import { MapLibreOverlay } from '@deck.gl/maplibre';
import type { Map as MapLibreMap } from 'maplibre-gl';
import type { Amounts, Mark, Prism } from './amount.ts';
import { densityPixels, type Density } from './density-picture.ts';
import { beneathNames } from './style.ts';
import type { LngLat } from './view.ts';

/** Light from the south-east and above: the sides of a prism must differ, or its height is not seen. */
const lighting = new LightingEffect({
	ambient: new AmbientLight({ color: [255, 255, 255], intensity: 1.35 }),
	sun: new DirectionalLight({ color: [255, 255, 255], intensity: 1.1, direction: [-1.2, 2, -3] })
});

export class AmountLayers {
	readonly #overlay = new MapLibreOverlay({ interleaved: true, layers: [], effects: [lighting] });
	#painted: { grid: Density; image: HTMLCanvasElement } | null = null;

	readonly #scale: number;

	/** `scale`: of text, 1 is for a desk. */
	constructor(map: MapLibreMap, scale: number) {
		this.#scale = scale;
		map.addControl(this.#overlay);
	}

	show(amounts: Amounts): void {
		this.#overlay.setProps({ layers: this.#layers(amounts) });
	}

	remove(map: MapLibreMap): void {
		this.#painted = null;
		map.removeControl(this.#overlay);
	}

	#layers(amounts: Amounts) {
		if (amounts?.kind === 'heat' && amounts.heat.grid.columns > 0) {
			return [
				new BitmapLayer({
					id: 'heat',
					image: this.#paint(amounts.heat.grid),
					bounds: amounts.heat.box,
					beforeId: beneathNames,
					textureParameters: { minFilter: 'linear', magFilter: 'linear' }
				} as ConstructorParameters<typeof BitmapLayer>[0])
			];
		}
		if (amounts?.kind === 'prisms' && amounts.prisms.length > 0) {
			return [
				new SolidPolygonLayer<Prism>({
					id: 'prisms',
					data: amounts.prisms as Prism[],
					getPolygon: ({ ring }) => ring as LngLat[],
					getElevation: ({ height }) => height,
					getFillColor: ({ colour, opacity }) => channels(colour, opacity),
					extruded: true,
					// Above the names: a name that shines through a tower would seem to be written on it.
					material: { ambient: 0.55, diffuse: 0.6, shininess: 20, specularColor: [40, 44, 50] }
				}),
				new TextLayer<Prism>({
					id: 'prism-labels',
					data: amounts.prisms.filter(({ label }) => label !== ''),
					getText: ({ label }) => label,
					getPosition: ({ middle: [lng, lat], height }) => [lng, lat, height],
					getSize: 17 * this.#scale,
					getColor: [244, 249, 253, 255],
					fontFamily: "'Noto Sans SC Variable', 'Noto Sans SC', sans-serif",
					fontWeight: 700,
					characterSet: '0123456789, .',
					fontSettings: { sdf: true, radius: 12, buffer: 6 },
					outlineWidth: 2.5,
					outlineColor: [5, 10, 20, 255],
					getAlignmentBaseline: 'bottom',
					// Clear of the top's far edge, whose colour may be as light as the number.
					getPixelOffset: [0, -16 * this.#scale],
					parameters: { depthCompare: 'always' }
				})
			];
		}
		if (amounts?.kind === 'marks' && amounts.marks.length > 0) return markLayers(amounts.marks);
		return [];
	}

	#paint(grid: Density): HTMLCanvasElement {
		if (this.#painted?.grid === grid) return this.#painted.image;
		const image = document.createElement('canvas');
		[image.width, image.height] = [grid.columns, grid.rows];
		image.getContext('2d')!.putImageData(new ImageData(densityPixels(grid), grid.columns, grid.rows), 0, 0);
		this.#painted = { grid, image };
		return image;
	}
}

/** Flat places beneath the names of the streets: insides first, then edges and lines. */
function markLayers(marks: readonly Mark[]) {
	return [
		new SolidPolygonLayer<Mark>({
			id: 'mark-areas',
			data: marks.filter(({ isArea, opacity }) => isArea && opacity > 0),
			getPolygon: ({ path }) => path as LngLat[],
			getFillColor: ({ colour, opacity }) => channels(colour, opacity),
			extruded: false,
			beforeId: beneathNames
		} as ConstructorParameters<typeof SolidPolygonLayer<Mark>>[0]),
		new PathLayer<Mark>({
			id: 'mark-lines',
			data: marks.filter(({ width }) => width > 0),
			getPath: ({ path, isArea }) => (isArea ? [...path, path[0]!] : path) as LngLat[],
			getColor: ({ colour, edge, isArea, opacity }) => channels(edge ?? colour, isArea ? 1 : opacity),
			getWidth: ({ width }) => width,
			widthUnits: 'pixels',
			capRounded: true,
			jointRounded: true,
			beforeId: beneathNames
		} as ConstructorParameters<typeof PathLayer<Mark>>[0])
	];
}

function channels(colour: string, opacity: number): [number, number, number, number] {
	const value = Number.parseInt(colour.slice(1), 16);
	return [value >> 16, (value >> 8) & 255, value & 255, 255 * opacity];
}
