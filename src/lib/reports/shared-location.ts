// A place that somebody shares from a map app, as it is pasted: a link, a geo: address, two numbers, or words around them.
// Chinese maps count in shifted degrees (GCJ-02, Baidu's BD-09); what comes out of here is WGS-84.
import { toWgs84, type Datum } from '#lib/city/datum.ts';
import type { Point } from './place.ts';

export type SharedLocation =
	| { kind: 'place'; point: Point; /** What the app calls it; may be empty. */ name: string }
	/** A short link says nothing without asking its maker, and no page of ours asks anyone else. `words` is what stands around it. */
	| { kind: 'short_link'; words: string };

const longest = 2000;
const link =
	/(?:(?:https?|geo|androidamap|iosamap|amapuri|baidumap|bdapp|qqmap):|(?<![\w.-])(?:[a-z0-9-]+\.)+(?:com|cn|org|gl|app)\/)[^\s"'<>，。；、）】]+/i;
const shortHosts =
	/^(surl\.amap\.com|j\.map\.baidu\.com|maps\.app\.goo\.gl|goo\.gl|g\.co|url\.cn|w\.url\.cn|t\.cn|dwz\.cn|maps\.apple)$/;

/** Null: there is no shared place in the text; it may be the name of a street. */
export function readSharedLocation(pasted: string): SharedLocation | null {
	const text = pasted.slice(0, longest).normalize('NFKC').trim();
	const found = link.exec(text)?.[0].replace(/[.,;:!?\]]+$/, '');
	if (!found) return placeOf(readNumbers(text), '');
	const words = wordsAround(text, found);
	const url = parse(found);
	if (!url) return null;
	const read = readLink(url);
	if (read) return placeOf(read, read.name || words);
	return shortHosts.test(url.hostname) || words ? { kind: 'short_link', words } : null;
}

interface Reading {
	lng: number;
	lat: number;
	datum: Datum;
	name: string;
}

function placeOf(read: Reading | null, name: string): SharedLocation | null {
	if (!read) return null;
	const [lng, lat] = toWgs84([read.lng, read.lat], read.datum);
	return { kind: 'place', point: { lng, lat }, name: clean(name) };
}

function parse(found: string): URL | null {
	const isBare = !/^[a-z]+:/i.test(found);
	try {
		return new URL(isBare ? `https://${found}` : found);
	} catch {
		return null;
	}
}

function readLink(url: URL): Reading | null {
	const scheme = url.protocol.slice(0, -1).toLowerCase();
	if (scheme === 'geo') return readGeo(url);
	// An app's own address has what a web address has in its host and path, after the scheme.
	const host = scheme.startsWith('http') ? url.hostname.toLowerCase() : scheme;
	const is = (...domains: string[]) => domains.some((one) => host === one || host.endsWith(`.${one}`));
	if (is('amap.com', 'gaode.com', 'androidamap', 'iosamap', 'amapuri')) return readAmap(url);
	if (is('map.qq.com', 'qqmap')) return readTencent(url);
	if (is('map.baidu.com', 'baidumap', 'bdapp')) return readBaidu(url);
	if (/(^|\.)google\.(com|cn)(\.[a-z]{2})?$/.test(host)) return readGoogle(url);
	if (is('maps.apple.com')) return readApple(url);
	if (is('openstreetmap.org', 'osm.org')) return readOsm(url);
	return null;
}

/** RFC 5870, and what Android makes of it: geo:0,0?q=32.79,119.46(name). */
function readGeo(url: URL): Reading | null {
	const [path = '', ...parameters] = url.pathname.split(';');
	const asked = /^([^(]+)(?:\((.*)\))?$/.exec(url.searchParams.get('q') ?? '');
	const crs =
		parameters
			.find((one) => one.toLowerCase().startsWith('crs='))
			?.slice(4)
			.toLowerCase() ?? 'wgs84';
	const datum = { wgs84: 'wgs84', gcj02: 'gcj02', bd09: 'bd09', cgcs2000: 'cgcs2000' }[crs] as
		Datum | undefined;
	if (!datum) return null;
	return latLng(asked?.[1], datum, asked?.[2]) ?? latLng(path, datum);
}

/** 高德: GCJ-02 unless it says otherwise. Longitude first in `position` and `markers`, latitude first in `q` and `p`. */
function readAmap(url: URL): Reading | null {
	const get = (name: string) => url.searchParams.get(name) ?? '';
	const isRaw = get('coordinate').toLowerCase() === 'wgs84' || get('dev') === '1';
	const datum: Datum = isRaw ? 'wgs84' : 'gcj02';
	const name = get('name') || get('poiname') || get('sname') || get('dname');
	const [lng, lat, marked] = get('markers').split('|')[0]!.split(',');
	const [qLat, qLng, qName] = get('q').split(',');
	const [, pLat, pLng, pName] = get('p').split(',');
	return (
		lngLat(get('position'), datum, name) ??
		reading(get('lng') || get('lon'), get('lat'), datum, name) ??
		reading(lng, lat, datum, marked) ??
		reading(pLng, pLat, datum, pName) ??
		reading(qLng, qLat, datum, qName) ??
		reading(get('dlon'), get('dlat'), datum, name) ??
		lngLat(get('dest') || get('to'), datum, name) ??
		lngLat(get('center'), datum, name)
	);
}

/** 腾讯 and WeChat: GCJ-02; coord_type=1 says it is as GPS has it. */
function readTencent(url: URL): Reading | null {
	const get = (name: string) => url.searchParams.get(name) ?? '';
	const datum: Datum = get('coord_type') === '1' ? 'wgs84' : 'gcj02';
	const marker = Object.fromEntries(
		get('marker')
			.split(';')
			.map((part) => [part.slice(0, part.indexOf(':')), part.slice(part.indexOf(':') + 1)])
	) as Record<string, string>;
	const name = marker.title || marker.addr || get('name') || get('addr') || get('title');
	return (
		latLng(marker.coord, datum, name) ??
		reading(get('pointx'), get('pointy'), datum, name) ??
		latLng(get('coord') || get('location'), datum, name) ??
		latLng(get('tocoord'), datum, get('to')) ??
		latLng(get('center'), datum, name)
	);
}

/** 百度: BD-09 unless it says otherwise. Its metres (bd09mc) are no degrees. */
function readBaidu(url: URL): Reading | null {
	const get = (name: string) => url.searchParams.get(name) ?? '';
	const type = (get('coord_type') || get('coordtype') || 'bd09ll').toLowerCase();
	const datum = { bd09ll: 'bd09', bd09: 'bd09', gcj02: 'gcj02', wgs84: 'wgs84' }[type] as Datum | undefined;
	if (!datum) return null;
	const name = get('title') || get('content') || get('name');
	const destination = /latlng:([^|]+)(?:\|name:(.*))?/.exec(get('destination'));
	return (
		latLng(get('location'), datum, name) ??
		latLng(get('latlng'), datum, name) ??
		latLng(destination?.[1], datum, destination?.[2]) ??
		latLng(get('center'), datum, name)
	);
}

/**
 * Google's street map of China is drawn in GCJ-02, so a point picked on it is, too; a phone's own fix, which travels as
 * `q` or `query`, is not. Outside China both are the same.
 */
function readGoogle(url: URL): Reading | null {
	const path = decode(url.pathname);
	const name = /\/maps\/(?:place|search)\/([^/@]+)/.exec(path)?.[1]?.replaceAll('+', ' ') ?? '';
	const picked =
		/!3d(-?\d+\.\d+)!4d(-?\d+\.\d+)/.exec(path + url.search) ?? /@(-?\d+\.\d+),(-?\d+\.\d+)/.exec(path);
	for (const key of ['q', 'query', 'll', 'destination', 'daddr']) {
		const sent = latLng(url.searchParams.get(key) ?? '', 'wgs84');
		if (sent) return sent;
	}
	const named = /^[-\d.,°'"NSEW\s]+$/.test(name) ? '' : name;
	return picked && reading(picked[2], picked[1], 'gcj02', named);
}

/** Apple draws China in GCJ-02, and shares what it draws. */
function readApple(url: URL): Reading | null {
	const get = (name: string) => url.searchParams.get(name) ?? '';
	const name = get('name') || (latLng(get('q'), 'gcj02') ? '' : get('q')) || get('address');
	for (const key of ['coordinate', 'll', 'q', 'daddr', 'sll', 'center']) {
		const read = latLng(get(key), 'gcj02', name);
		if (read) return read;
	}
	return null;
}

function readOsm(url: URL): Reading | null {
	const marked = reading(url.searchParams.get('mlon'), url.searchParams.get('mlat'), 'wgs84');
	const shown = /map=[\d.]+\/(-?\d+\.\d+)\/(-?\d+\.\d+)/.exec(url.hash + url.search);
	return marked ?? (shown && reading(shown[2], shown[1], 'wgs84'));
}

const number = String.raw`(-?\d{1,3}\.\d{3,15})`;
const named = String.raw`(?<number>-?\d{1,3}\.\d{3,15})`;
const letterFirst = new RegExp(`(?<letter>[NE纬经])\\s*:?\\s*${named}`, 'gi');
const letterLast = new RegExp(`${named}\\s*[°度]?\\s*(?<letter>[NE])`, 'gi');
const pair = new RegExp(`${number}[°度]?\\s*[,;/\\s]\\s*${number}`);
const sexagesimal = String.raw`(\d{1,3})[°度]\s*(\d{1,2})['′分]\s*(\d{1,2}(?:\.\d+)?)["″秒]?\s*`;

/**
 * Two numbers as people and compasses write them. Latitude comes first; a first number that can be no latitude is the
 * longitude. Fewer than three decimals are house numbers.
 */
function readNumbers(text: string): Reading | null {
	const lettered = readLettered(text);
	if (lettered) return lettered;
	const degrees = [...text.matchAll(new RegExp(sexagesimal, 'g'))].map(
		([, whole, minutes, seconds]) => Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600
	);
	const both = pair.exec(text);
	const [first, second] =
		degrees.length === 2 ? degrees : [Number(both?.[1] ?? NaN), Number(both?.[2] ?? NaN)];
	if (first === undefined || second === undefined) return null;
	return Math.abs(first) > 90 ? reading(first, second, 'wgs84') : reading(second, first, 'wgs84');
}

/** "N32.79 E119.46", "东经119.46，北纬32.79", "32.79°N 119.46°E": letters stand before both numbers or after both. */
function readLettered(text: string): Reading | null {
	for (const pattern of [letterFirst, letterLast]) {
		const at = new Map<boolean, string>();
		for (const { groups } of text.matchAll(pattern)) {
			at.set(/[N纬]/i.test(groups?.letter ?? ''), groups?.number ?? '');
		}
		const [lat, lng] = [at.get(true), at.get(false)];
		if (lat && lng) return reading(lng, lat, 'wgs84');
	}
	return null;
}

function latLng(text: string | undefined, datum: Datum, name?: string): Reading | null {
	const [lat, lng] = text?.split(',') ?? [];
	return reading(lng, lat, datum, name);
}

function lngLat(text: string, datum: Datum, name?: string): Reading | null {
	// `dest=lng,lat,name`
	const [lng, lat, called] = text.split(',');
	return reading(lng, lat, datum, name || called);
}

function reading(
	lngText: string | number | null | undefined,
	latText: string | number | null | undefined,
	datum: Datum,
	name = ''
): Reading | null {
	const [lng, lat] = [lngText, latText].map((text) =>
		typeof text === 'number' ? text : text && /^\s*-?\d{1,3}(\.\d+)?\s*$/.test(text) ? Number(text) : NaN
	) as [number, number];
	const isPlace = Math.abs(lng) <= 180 && Math.abs(lat) <= 90 && !(lng === 0 && lat === 0);
	return isPlace ? { lng, lat, datum, name } : null;
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** The name or address an app writes around its link, without the app's own phrases. */
function wordsAround(text: string, found: string): string {
	const bracketed = /【([^】]{1,80})】/.exec(text)?.[1];
	if (bracketed && !/地图$/.test(bracketed)) return clean(bracketed);
	return clean(
		text
			.replace(found, ' ')
			.replace(/【[^】]*】|\[[^\]]*\]/g, ' ')
			.replace(
				/我在?(?:百度|高德|腾讯)地图[^::,,]*[::,,]?|(?:我的|分享)位置[::]?|(?:地址|位置|名称)[::]/g,
				' '
			)
	);
}

function clean(name: string): string {
	return [...name.replace(/[\p{C}\s]+/gu, ' ').trim()]
		.slice(0, 80)
		.join('')
		.replace(/[,,::;;。\s]+$/, '');
}
