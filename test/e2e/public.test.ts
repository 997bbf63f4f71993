import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoDistrict } from '#lib/city/demo/district.ts';
import { townFacilities } from '#lib/city/demo/office.ts';
import { complaintsOfAxe, MAP } from '#test/support/axe.ts';
import { startApp, type App } from '#test/support/app.ts';
import { missingBrowser, openBrowser } from '#test/support/browser.ts';
import { Phone } from '#test/support/phone.ts';

/*
 * What strangers are shown of single streets, and what other web sites may show of us: a page for each street, a frame
 * with the map, and never anything nearer to a door than a street's own line.
 */
describe.skipIf(missingBrowser !== null)('the public pages of streets', () => {
	let app: App;
	let browser: Browser;
	let stranger: Server;
	let street = 0;
	const english = { accept: 'text/html', 'accept-language': 'en' };

	beforeAll(async () => {
		app = await startApp({ limitMs: 280_000 });
		street = await streetNamed('Jinqiao Road');
		browser = await openBrowser();
		// Somebody else's web site: another port is another origin.
		stranger = createServer((request, response) => {
			const path = new URL(request.url!, 'http://x').searchParams.get('path');
			response.setHeader('content-type', 'text/html');
			response.end(`<!doctype html><title>city</title><iframe src="${app.url}${path}"></iframe>`);
		});
		await new Promise<void>((heard) => stranger.listen(0, '127.0.0.1', heard));
	}, 300_000);

	afterAll(async () => {
		await browser?.close();
		stranger?.close();
		await app?.stop();
	}, 60_000);

	async function streetNamed(name: string): Promise<number> {
		const answer = await fetch(`${app.url}/search?${new URLSearchParams({ q: name })}`, {
			headers: { accept: 'application/json' }
		});
		const { streets } = (await answer.json()) as { streets: { id: number; name_en: string }[] };
		return streets.find(({ name_en }) => name_en === name)?.id ?? 0;
	}

	async function visit(path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
		const context = await browser.newContext({ locale: 'en', ...options });
		const page = await context.newPage();
		page.setDefaultTimeout(30_000);
		await page.goto(path.startsWith('http') ? path : app.url + path);
		return page;
	}

	const frameOf = (path: string) =>
		`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/?path=${encodeURIComponent(path)}`;

	it('stand in another site’s frame as a map and a list, without a cookie', async () => {
		const page = await visit(frameOf('/embed?lang=zh-CN'));
		const frame = page.frameLocator('iframe');
		await frame.getByRole('heading', { level: 1 }).waitFor();
		expect(await frame.locator('html').getAttribute('lang')).toBe('zh-CN');
		for (const link of await frame.locator('header a, th a').all()) {
			expect(await link.getAttribute('target')).toBe('_blank');
		}
		expect(await page.context().cookies()).toEqual([]);
		const { headers } = await fetch(`${app.url}/embed`);
		expect(headers.get('set-cookie')).toBeNull();
		expect(headers.get('x-frame-options')).toBeNull();
		await page.context().close();
	});

	it.each(['/', '/desk', '/snap', '/track', '/sign-in', '/embed/'])(
		'refuse any other page there: %s',
		async (path) => {
			const { headers } = await fetch(app.url + path, { headers: english, redirect: 'manual' });
			expect(headers.get('x-frame-options')).toBe('DENY');
			if (headers.has('content-security-policy'))
				expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
		}
	);

	it('are not drawn in a frame by a browser, except that one', async () => {
		const page = await visit(frameOf('/desk'));
		await expect
			.poll(
				async () =>
					(await page
						.frames()[1]
						?.locator('header, main')
						.count()
						.catch(() => 0)) ?? 0
			)
			.toBe(0);
		await page.context().close();
	});

	it('say what a street is called, in the page and to whoever previews its link', async () => {
		const page = await visit(`/streets/${street}`);
		await page.getByRole('heading', { level: 1, name: 'Jinqiao Road' }).waitFor();
		expect(await page.title()).toContain('Jinqiao Road');
		expect(await page.locator('meta[name=description]').getAttribute('content')).toContain('Jinqiao Road');
		const report = page.getByRole('link', { name: 'Report something here' });
		expect(await report.getAttribute('href')).toBe(`/snap?street=${street}`);
		await page.context().close();
	});

	it.each(['0', '999999999', 'x', '1e3', '-1', '9'.repeat(40)])(
		'know no street %s, and say so kindly',
		async (id) => {
			const answer = await fetch(`${app.url}/streets/${id}`, { headers: english });
			expect(answer.status).toBe(404);
			expect(await answer.text()).toContain('There is no such street');
		}
	);

	it('give away no place but those on a street’s line or of a public site', async () => {
		const phone = await Phone.at(app.url, 5);
		try {
			await phone.sendReport(phone.writeReport([]));
		} finally {
			phone.close();
		}
		const lines = demoDistrict().segments.map(({ line }) => line);
		const { bbox, center } = demoDistrict().city;
		// The city's own frame, which is nobody's door, and what the city itself offers there.
		const sites = townFacilities().map(({ lng, lat }) => [lng, lat]);
		const known = [...sites, center, [bbox[0], bbox[1]], [bbox[2], bbox[3]]];
		for (const path of ['/', '/embed', `/streets/${street}`]) {
			const data = await (
				await fetch(`${app.url}${path === '/' ? '' : path}/__data.json`, { headers: english })
			).text();
			expect(placesIn(data).length, path).toBeGreaterThan(0);
			const isKnown = (lng: number, lat: number) =>
				known.some(([x, y]) => Math.abs(x! - lng) < 2e-6 && Math.abs(y! - lat) < 2e-6);
			for (const [lng, lat] of placesIn(data)) {
				const off = Math.min(...lines.map((line) => metresFrom(line, lng, lat)));
				expect({ path, lng, lat, isPublic: off < 1.5 || isKnown(lng, lat) }).toMatchObject({
					isPublic: true
				});
			}
		}
	}, 60_000);

	it.each([
		['zh-CN', 'light', 1280],
		['en', 'dark', 320]
	] as const)('have nothing for axe to complain about (%s, %s, %d)', async (locale, colorScheme, width) => {
		for (const path of [`/streets/${street}`, '/embed']) {
			const page = await visit(path, { locale, colorScheme, viewport: { width, height: 800 } });
			await page.waitForFunction(() => document.querySelector('.map .canvas') !== null);
			expect(await complaintsOfAxe(page, { without: MAP }), path).toEqual([]);
			const spare = await page.evaluate(
				() => document.documentElement.clientWidth - document.documentElement.scrollWidth
			);
			expect({ path, spare }).toEqual({ path, spare: 0 });
			await page.context().close();
		}
	});

	it('are complete without scripts', async () => {
		const page = await visit(`/streets/${street}`, { javaScriptEnabled: false });
		await page.getByRole('link', { name: 'Report something here' }).waitFor();
		await page.getByText(`${app.url}/streets/${street}`).waitFor();
		await page.context().close();
	});

	it('can be kept on a phone, in its language', async () => {
		for (const [language, name] of [
			['zh-CN', '街面'],
			['en', 'Kerbside']
		]) {
			const answer = await fetch(`${app.url}/manifest.webmanifest`, {
				headers: { 'accept-language': language! }
			});
			const manifest = (await answer.json()) as { short_name: string; icons: { src: string }[] };
			expect(manifest.short_name).toBe(name);
			for (const { src } of manifest.icons) expect((await fetch(app.url + src)).status).toBe(200);
		}
	});

	it('wake their frame only when it is touched', async () => {
		const page = await visit('/track', { viewport: { width: 1920, height: 1080 } });
		await page.waitForLoadState('networkidle');
		const loaded = () =>
			page.evaluate(
				() => performance.getEntriesByType('resource').filter(({ name }) => /\.js$/.test(name)).length
			);
		const before = await loaded();
		await page.getByRole('button', { name: 'Dark' }).click();
		await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
		expect(new URL(page.url()).pathname).toBe('/track');
		expect(await loaded()).toBeGreaterThan(before);
		await page.context().close();
	});
});

/** Every place in a page's data: objects with lng and lat, and lists of two numbers that lie in the demo district. */
function placesIn(text: string): [number, number][] {
	const found: [number, number][] = [];
	const { nodes } = JSON.parse(text) as { nodes: ({ data?: unknown[] } | null)[] };
	for (const node of nodes) {
		// As SvelteKit writes it: one list of values, in which objects and lists hold the places of theirs.
		const values = node?.data ?? [];
		const pair = (a: unknown, b: unknown) => [values[Number(a)], values[Number(b)]] as [number, number];
		for (const value of values) {
			if (Array.isArray(value) && value.length === 2) found.push(pair(value[0], value[1]));
			else if (value && typeof value === 'object' && 'lng' in value && 'lat' in value)
				found.push(pair(value.lng, value.lat));
		}
	}
	return found.filter(([lng, lat]) => lng > 119 && lng < 120 && lat > 32 && lat < 34);
}

function metresFrom(line: readonly (readonly [number, number])[], lng: number, lat: number): number {
	const east = 111_320 * Math.cos((lat * Math.PI) / 180);
	const north = 111_320;
	let least = Infinity;
	line.slice(1).forEach((to, i) => {
		const from = line[i]!;
		const [ax, ay] = [(from[0] - lng) * east, (from[1] - lat) * north];
		const [bx, by] = [(to[0] - lng) * east, (to[1] - lat) * north];
		const [dx, dy] = [bx - ax, by - ay];
		const along = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
		least = Math.min(least, Math.hypot(ax + along * dx, ay + along * dy));
	});
	return least;
}
