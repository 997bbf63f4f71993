import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOfAxe, MAP } from '#test/support/axe.ts';
import { startApp, type App } from '#test/support/app.ts';
import { missingBrowser, openBrowser } from '#test/support/browser.ts';

const legends = {
	en: { rates: 'Closure rate', heat: 'Report density', hexagons: 'Reports per hexagon' },
	'zh-CN': { rates: '街道结案率', heat: '上报密度', hexagons: '六边形内上报数' }
} as const;

/* What a command centre sees: three views, one legend each, on every screen, and nothing from anywhere else. */
describe.skipIf(missingBrowser !== null)('the wall', () => {
	let app: App;
	let browser: Browser;
	/** What a page complained about, and whom it asked. */
	let complaints: string[] = [];
	let hosts = new Set<string>();

	beforeAll(async () => {
		app = await startApp({ limitMs: 280_000 });
		browser = await openBrowser();
	}, 300_000);

	afterAll(async () => {
		await browser?.close();
		await app?.stop();
	}, 60_000);

	// Also after a failure: a page left open goes on asking its server.
	afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

	async function open(width: number, height: number, locale: keyof typeof legends): Promise<Page> {
		const context = await browser.newContext({ viewport: { width, height }, locale });
		const page = await context.newPage();
		page.setDefaultTimeout(60_000);
		complaints = [];
		hosts = new Set();
		page.on('pageerror', (error) => complaints.push(error.message));
		page.on('console', (message) => {
			if (message.type() === 'error') complaints.push(message.text());
		});
		page.on('request', (request) => hosts.add(new URL(request.url()).host));
		await page.goto(`${app.url}/wall`);
		await mapShows(page);
		return page;
	}

	const mapShows = (page: Page) => page.locator('.map .progress').waitFor({ state: 'detached' });
	const legend = (page: Page, name: string) => page.getByRole('group', { name, exact: true });

	it.each(['zh-CN', 'en'] as const)(
		'changes between rates, heat and hexagons by one key each, one legend at a time (%s)',
		async (locale) => {
			const page = await open(1920, 1080, locale);
			const words = legends[locale];
			await legend(page, words.rates).waitFor();
			for (const [key, name] of [
				['2', words.heat],
				['3', words.hexagons],
				['1', words.rates]
			] as const) {
				await page.keyboard.press(key);
				await legend(page, name).waitFor();
				for (const other of Object.values(words).filter((word) => word !== name))
					expect(await legend(page, other).count()).toBe(0);
			}
			await page.keyboard.press('3');
			await legend(page, words.hexagons)
				.getByText(locale === 'en' ? 'reports in 30 days' : '件 · 近 30 天', { exact: true })
				.waitFor();
			// The picture is also a list.
			expect(await page.locator('ol.visually-hidden li').count()).toBeGreaterThan(0);
			expect(complaints).toEqual([]);
			expect([...hosts]).toEqual([new URL(app.url).host]);
		},
		180_000
	);

	it('tours by itself when asked to, and stands still again at the next key', async () => {
		const page = await open(1920, 1080, 'en');
		await page.clock.install();
		await page.keyboard.press('t');
		await page.getByRole('button', { name: 'Pause tour' }).waitFor();
		await page.clock.runFor(41_000);
		await legend(page, legends.en.heat).waitFor();
		await page.keyboard.press('1');
		await page.getByRole('button', { name: 'Tour', exact: true }).waitFor();
		await page.clock.runFor(90_000);
		await legend(page, legends.en.rates).waitFor();
	}, 180_000);

	it.each([
		['zh-CN', 1920, 1080],
		['en', 1920, 1080],
		['en', 3840, 2160],
		['zh-CN', 390, 844]
	] as const)(
		'fits its screen in every view, with nothing for axe to complain about (%s, %d × %d)',
		async (locale, width, height) => {
			const page = await open(width, height, locale);
			// A screen twice as large has only more room, and is the dearest to draw: one view tells.
			for (const key of width > 2000 ? ['3'] : ['1', '2', '3']) {
				await page.keyboard.press(key);
				await legend(page, Object.values(legends[locale])[Number(key) - 1]!).waitFor();
				const sizes = await page.evaluate(() => ({
					across: document.documentElement.scrollWidth - innerWidth,
					columns: [...document.querySelectorAll('.column')].map((c) => c.scrollHeight - c.clientHeight)
				}));
				expect(sizes.across).toBeLessThanOrEqual(0);
				for (const over of sizes.columns) expect(over).toBeLessThanOrEqual(1);
				expect(await complaintsOfAxe(page, { without: MAP })).toEqual([]);
			}
			expect(complaints).toEqual([]);
		},
		240_000
	);

	it('draws its map again when the graphics driver takes the picture away', async () => {
		const page = await open(1400, 900, 'en');
		await page.evaluate(() => {
			const canvas = document.querySelector<HTMLCanvasElement>('.maplibregl-canvas')!;
			canvas.dataset.lost = 'yes';
			canvas.getContext('webgl2')!.getExtension('WEBGL_lose_context')!.loseContext();
		});
		await page.locator('.maplibregl-canvas:not([data-lost])').waitFor({ state: 'attached' });
		await mapShows(page);
	}, 120_000);

	describe('over a map of somebody else’s', () => {
		let tiles: Server;
		let asked: string[] = [];

		beforeAll(async () => {
			await app.stop();
			const picture = await sharp({
				create: { width: 256, height: 256, channels: 3, background: '#cfe3d4' }
			})
				.png()
				.toBuffer();
			tiles = createServer((request, response) => {
				asked.push(request.url!);
				response.writeHead(200, { 'content-type': 'image/png', 'access-control-allow-origin': '*' });
				response.end(picture);
			});
			await new Promise<void>((ready) => tiles.listen(0, '127.0.0.1', ready));
			app = await startApp({
				limitMs: 280_000,
				environment: {
					BASEMAP: 'tiles',
					BASEMAP_ADDRESS: `http://127.0.0.1:${(tiles.address() as AddressInfo).port}/{z}/{x}/{y}.png`,
					BASEMAP_DATUM: 'gcj02',
					BASEMAP_SOURCE: '某地图',
					BASEMAP_APPROVAL: 'GS(2024)0001号'
				}
			});
		}, 300_000);

		afterAll(() => new Promise((done) => (tiles ? tiles.close(done) : done(null))));

		it('shows its source and approval number, asks that one host, and draws shifted data over it', async () => {
			asked = [];
			const page = await open(1920, 1080, 'zh-CN');
			const pictures = `127.0.0.1:${(tiles.address() as AddressInfo).port}`;
			await page.getByText('底图：某地图 · 审图号：GS(2024)0001号').waitFor();
			await expect.poll(() => asked.length, { timeout: 30_000 }).toBeGreaterThan(0);
			expect([...hosts].sort()).toEqual([new URL(app.url).host, pictures].sort());
			const own: string[] = await page.evaluate(() =>
				performance
					.getEntriesByType('resource')
					.map(({ name }) => new URL(name).pathname)
					.filter((path) => path.startsWith('/tiles/'))
			);
			for (const path of own) expect(path.split('/')[2]).toMatch(/\.gcj02$/);
			const policy = (await page.request.get(`${app.url}/wall`)).headers()['content-security-policy']!;
			expect(policy.split(';').filter((directive) => directive.includes(pictures))).toHaveLength(2);
			expect(complaints).toEqual([]);
			// The city itself lies where it lay: only what is drawn was shifted.
			const { bbox } = (await (await fetch(`${app.url}/api/city`)).json()) as { bbox: number[] };
			expect(await page.request.get(`${app.url}/wall/snapshot`).then((r) => r.json())).toMatchObject({
				city: { bbox }
			});
		}, 180_000);
	});
});
