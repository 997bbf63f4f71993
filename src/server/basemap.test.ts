import { expect, test } from 'vitest';
import { allowingMap, filePolicy } from './content-policy.js';
import { readBasemap } from './basemap.ts';

function read(environment: Record<string, string>) {
	const problems: string[] = [];
	return { base: readBasemap((name) => environment[name], problems), problems };
}

const tianditu = {
	BASEMAP: 'tianditu',
	TIANDITU_KEY: '0123456789abcdef0123456789abcdef',
	BASEMAP_APPROVAL: 'GS(2024)0001号'
};
const tiles = {
	BASEMAP: 'tiles',
	BASEMAP_ADDRESS: 'https://tiles.example.cn/{z}/{x}/{y}.png',
	BASEMAP_DATUM: 'gcj02',
	BASEMAP_SOURCE: '某图',
	BASEMAP_APPROVAL: 'GS(2024)0001号'
};

test('our own tiles unless the city says otherwise', () => {
	expect(read({})).toEqual({ base: null, problems: [] });
	expect(read({ BASEMAP: 'own' })).toEqual({ base: null, problems: [] });
});

test('天地图 is asked at one host, with the key, for the ground and the names on it', () => {
	const { base, problems } = read(tianditu);
	expect(problems).toEqual([]);
	expect(base).toMatchObject({
		kind: 'raster',
		datum: 'wgs84',
		source: '天地图',
		approval: 'GS(2024)0001号'
	});
	expect(base!.addresses).toEqual([
		'https://t0.tianditu.gov.cn/DataServer?T=vec_w&x={x}&y={y}&l={z}&tk=0123456789abcdef0123456789abcdef',
		'https://t0.tianditu.gov.cn/DataServer?T=cva_w&x={x}&y={y}&l={z}&tk=0123456789abcdef0123456789abcdef'
	]);
});

test('another map names its datum, its source and its approval number', () => {
	expect(read(tiles).base).toMatchObject({ datum: 'gcj02', addresses: [tiles.BASEMAP_ADDRESS] });
	expect(read({ ...tiles, BASEMAP_APPROVAL: 'none' }).base).toMatchObject({ approval: '' });
});

test.each([
	[{ BASEMAP: 'google' }, /BASEMAP=google: expected one of own, tianditu, tiles, style/],
	[{ ...tianditu, TIANDITU_KEY: '' }, /TIANDITU_KEY: expected the key/],
	[{ ...tianditu, TIANDITU_LAYER: 'sat' }, /TIANDITU_LAYER=sat: expected vec, img or ter/],
	[{ ...tianditu, BASEMAP_APPROVAL: '' }, /BASEMAP_APPROVAL is missing/],
	[{ ...tiles, BASEMAP_DATUM: '' }, /BASEMAP_DATUM=: expected wgs84/],
	[{ ...tiles, BASEMAP_ADDRESS: 'https://tiles.example.cn/map.png' }, /expected a picture's address/],
	[{ ...tiles, BASEMAP_ADDRESS: 'https://{s}.example.cn/{z}/{x}/{y}.png' }, /expected a picture's address/],
	[{ ...tiles, BASEMAP: 'style', BASEMAP_ADDRESS: 'style.json' }, /expected the address of a MapLibre style/],
	[{ ...tiles, BASEMAP_SOURCE: '' }, /BASEMAP_SOURCE is missing/]
])('%o is refused with a sentence', (environment, sentence) => {
	expect(read(environment).problems).toEqual([expect.stringMatching(sentence)]);
});

test('the content policy lets pictures and data in from that host, and nothing else from anywhere', () => {
	const policy = allowingMap(filePolicy, ['https://t0.tianditu.gov.cn']);
	const named = policy.split('; ').filter((directive) => directive.includes('tianditu'));
	expect(named).toEqual([
		"img-src 'self' data: blob: https://t0.tianditu.gov.cn",
		"connect-src 'self' https://t0.tianditu.gov.cn"
	]);
	expect(allowingMap(filePolicy, [])).toBe(filePolicy);
});

test('a page keeps its nonce when a host is allowed', () => {
	const page = "default-src 'none'; script-src 'self' 'nonce-abc'; img-src 'self'; connect-src 'self'";
	expect(allowingMap(page, ['https://a.example'])).toBe(
		"default-src 'none'; script-src 'self' 'nonce-abc'; img-src 'self' https://a.example; connect-src 'self' https://a.example"
	);
});
