import { expect, test } from 'vitest';
import { styleBeneath } from './outside-style.ts';

const style = {
	version: 8,
	sprite: 'sprites/night',
	glyphs: '/fonts/{fontstack}/{range}.pbf',
	sources: {
		base: { type: 'vector', tiles: ['tiles/{z}/{x}/{y}.pbf', 'https://other.example/{z}/{x}/{y}.pbf'] }
	},
	layers: [
		{ id: 'ground', type: 'background' },
		{ id: 'streets', type: 'line', source: 'base', 'source-layer': 'road' }
	]
};

test('names of an outside style cannot collide with ours, and its addresses become whole', () => {
	const { sources, layers, glyphs, sprite } = styleBeneath(style, 'https://tiles.example.cn/maps/style.json');
	expect(sources).toEqual({
		'beneath-base': {
			type: 'vector',
			tiles: ['https://tiles.example.cn/maps/tiles/{z}/{x}/{y}.pbf', 'https://other.example/{z}/{x}/{y}.pbf']
		}
	});
	expect(layers.map(({ id }) => id)).toEqual(['beneath-ground', 'beneath-streets']);
	expect(layers[1]).toMatchObject({ source: 'beneath-base', 'source-layer': 'road' });
	expect(glyphs).toBe('https://tiles.example.cn/fonts/{fontstack}/{range}.pbf');
	expect(sprite).toBe('https://tiles.example.cn/maps/sprites/night');
	expect(style.layers[0]!.id).toBe('ground');
});

test.each([null, {}, { version: 7, sources: {}, layers: [] }, { version: 8, layers: [] }])(
	'%o is not a style',
	(given) => {
		expect(() => styleBeneath(given, 'https://a.example/style.json')).toThrow('is not a MapLibre style');
	}
);
