import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromWgs84, type Datum } from '#lib/city/datum.ts';
import { metresBetween } from './place.ts';
import { readSharedLocation } from './shared-location.ts';

/** A kerb of the demo city, in WGS-84. */
const kerb = { lng: 119.46012, lat: 32.79034 };

/** The kerb as a map of another datum names it: {lng} and {lat} are filled in. */
function inDatum(text: string, datum: Datum): string {
	const [lng, lat] = fromWgs84([kerb.lng, kerb.lat], datum);
	return text.replaceAll('{lng}', String(lng)).replaceAll('{lat}', String(lat));
}

describe('a shared place', () => {
	it.each<[string, Datum, string, string?]>([
		['a geo: address', 'wgs84', 'geo:{lat},{lng};u=35?z=17'],
		['a geo: address that names its datum', 'gcj02', 'geo:{lat},{lng};crs=gcj02'],
		["Android's way of it", 'wgs84', 'geo:0,0?q={lat},{lng}(金桥路洗车点)', '金桥路洗车点'],
		['two numbers, latitude first', 'wgs84', '{lat}, {lng}'],
		['two numbers the other way round, with a full-width comma', 'wgs84', '{lng}，{lat}'],
		['numbers with letters', 'wgs84', 'N{lat} E{lng}'],
		['numbers in words', 'wgs84', '东经{lng}，北纬{lat}'],
		[
			'高德 marker',
			'gcj02',
			'https://uri.amap.com/marker?position={lng},{lat}&name=%E9%87%91%E6%A1%A5%E8%B7%AF',
			'金桥路'
		],
		['高德 marker in WGS-84', 'wgs84', 'https://uri.amap.com/marker?position={lng},{lat}&coordinate=wgs84'],
		['高德 without its scheme', 'gcj02', 'uri.amap.com/marker?position={lng},{lat}'],
		['高德 place', 'gcj02', 'https://wb.amap.com/?p=B0FFG12345,{lat},{lng},金桥路12号,建湖县', '金桥路12号'],
		['高德 point', 'gcj02', 'https://wb.amap.com/?q={lat},{lng},佳醇路&src=app_C2', '佳醇路'],
		[
			"高德 app's address",
			'gcj02',
			'androidamap://viewMap?sourceApplication=x&poiname=桥头&lat={lat}&lon={lng}&dev=0',
			'桥头'
		],
		[
			'腾讯 marker',
			'gcj02',
			'https://apis.map.qq.com/uri/v1/marker?marker=coord:{lat},{lng};title:%E6%A1%A5%E5%A4%B4;addr:x&referer=me',
			'桥头'
		],
		[
			'腾讯 in WGS-84',
			'wgs84',
			'https://apis.map.qq.com/uri/v1/marker?marker=coord:{lat},{lng};title:a&coord_type=1',
			'a'
		],
		[
			'what WeChat shares',
			'gcj02',
			'[位置] 桥头：https://map.qq.com/?type=marker&isopeninfowin=1&markertype=1&pointx={lng}&pointy={lat}&name=桥头&ref=WeChat',
			'桥头'
		],
		[
			'百度 marker',
			'bd09',
			'http://api.map.baidu.com/marker?location={lat},{lng}&title=桥头&content=x&output=html',
			'桥头'
		],
		[
			'百度 marker in GCJ-02',
			'gcj02',
			'https://api.map.baidu.com/marker?location={lat},{lng}&coord_type=gcj02'
		],
		[
			'百度 marker in WGS-84',
			'wgs84',
			'https://api.map.baidu.com/marker?location={lat},{lng}&coord_type=wgs84'
		],
		["百度 app's address", 'bd09', 'baidumap://map/marker?location={lat},{lng}&title=a', 'a'],
		['Google by its fix', 'wgs84', 'https://www.google.com/maps?q={lat},{lng}'],
		['Google by a search', 'wgs84', 'https://www.google.com/maps/search/?api=1&query={lat},{lng}'],
		[
			'Google by a place on its map',
			'gcj02',
			'https://www.google.com/maps/place/Jinqiao+Road/@1.5,2.5,17z/data=!3m1!4b1!3d{lat}!4d{lng}',
			'Jinqiao Road'
		],
		['Google by a view', 'gcj02', 'https://www.google.com/maps/@{lat},{lng},17z'],
		['Apple', 'gcj02', 'https://maps.apple.com/?ll={lat},{lng}&q=Bridge', 'Bridge'],
		[
			"Apple's new kind",
			'gcj02',
			'https://maps.apple.com/place?coordinate={lat},{lng}&name=Bridge',
			'Bridge'
		],
		[
			'OpenStreetMap by marker',
			'wgs84',
			'https://www.openstreetmap.org/?mlat={lat}&mlon={lng}#map=17/1.5/2.5'
		],
		['OpenStreetMap by view', 'wgs84', 'https://www.openstreetmap.org/#map=17/{lat}/{lng}']
	])('is read from %s', (_, datum, text, name = '') => {
		const shared = readSharedLocation(inDatum(text, datum));
		if (shared?.kind !== 'place') throw new Error(`Read as ${JSON.stringify(shared)}.`);
		expect(metresBetween(shared.point, kerb)).toBeLessThan(1);
		expect(shared.name).toBe(name);
	});

	it('is read from degrees, minutes and seconds', () => {
		const shared = readSharedLocation(`32°47'25.22"N 119°27'36.43"E`);
		if (shared?.kind !== 'place') throw new Error('Not read.');
		expect(metresBetween(shared.point, kerb)).toBeLessThan(5);
	});

	it.each([
		['【金桥路12号】江苏省盐城市建湖县近桥头 https://surl.amap.com/abc123', '金桥路12号'],
		['我在百度地图找到一个地点：金桥路洗车点，https://j.map.baidu.com/ab/cde', '金桥路洗车点'],
		['https://maps.app.goo.gl/AbC123', ''],
		['佳醇路口 https://shop.example.com/x', '佳醇路口']
	])('behind a link that says nothing leaves its words: %s', (text, words) => {
		expect(readSharedLocation(text)).toEqual({ kind: 'short_link', words });
	});

	it.each([
		'',
		'金桥路',
		'金桥路12,13号',
		'Jinqiao Road 12.5, 13.5',
		'geo:0,0',
		'geo:91,181',
		'geo:32.79,119.46;crs=moon',
		'https://api.map.baidu.com/marker?location=3800000,13300000&coord_type=bd09mc',
		'https://uri.amap.com/marker?position=abc,def',
		'2026-03-15 09:05'
	])('is not seen in %j', (text) => {
		expect(readSharedLocation(text)).toBeNull();
	});

	it('never throws, and never leaves the globe, whatever is pasted', () => {
		const piece = fc.constantFrom(
			'https://',
			'geo:',
			'uri.amap.com/',
			'?',
			'position=',
			'1.2345',
			',',
			'%zz',
			'119.46',
			'【',
			';',
			'!3d',
			'@',
			'°'
		);
		fc.assert(
			fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'grapheme' }))), (pieces) => {
				const shared = readSharedLocation(pieces.join(''));
				if (shared?.kind !== 'place') return;
				expect(Math.abs(shared.point.lng)).toBeLessThanOrEqual(180.01);
				expect(Math.abs(shared.point.lat)).toBeLessThanOrEqual(90.01);
			}),
			{ numRuns: 2000 }
		);
	});

	it('takes no longer for a text made to be slow', () => {
		const slow = ['1.234 '.repeat(3000), 'a.'.repeat(9000) + 'com', '-'.repeat(9000), '119.46°'.repeat(2000)];
		const before = performance.now();
		slow.forEach(readSharedLocation);
		expect(performance.now() - before).toBeLessThan(500);
	});
});
