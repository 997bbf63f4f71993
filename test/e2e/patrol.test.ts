import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOfAxe } from '#test/support/axe.ts';
import { startApp, type App } from '#test/support/app.ts';
import { missingBrowser, openBrowser } from '#test/support/browser.ts';
import { daysAgo, importPast, kerbsOf, unitsOf, type Kerbside } from '#test/support/past.ts';
import { signInUnseen } from '#test/support/screens.ts';
import { openSite, type Job, type Site } from '#test/support/site.ts';

/*
 * Twenty cases of one unit, five of them overdue, scattered over the town: the route is no longer than the order of
 * their limits, says so, and stays in the team's hands, with and without a network.
 */
describe.skipIf(missingBrowser !== null)('a patrol', () => {
	let site: Site;
	let app: App;
	let browser: Browser;
	let kerbs: Kerbside[] = [];
	let unit = { id: 0, name: '', name_en: null as string | null };
	const troubles: string[] = [];

	beforeAll(async () => {
		site = await openSite('embedded', { fsync: false });
		const home = await site.open();
		try {
			kerbs = await kerbsOf(home);
			const units = await unitsOf(home);
			unit = units.find(({ name }) => name === '城管一中队') ?? units[0]!;
			const cases = Array.from({ length: 20 }, (_, i) => {
				const { lng, lat } = kerbs[(i * 131) % kerbs.length]!;
				return {
					key: `open-${i}`,
					category: '0551',
					lng,
					lat,
					status: 'dispatched' as const,
					opened_at: daysAgo(4),
					filed_at: daysAgo(3.9),
					dispatched_at: daysAgo(3.8),
					due_at: i < 5 ? daysAgo(2.5) : daysAgo(-((i * 7) % 20) - 0.6),
					unit: unit.name
				};
			});
			await importPast(home, cases);
		} finally {
			await home.close();
		}
		app = await startApp({ dataDir: site.dataDir, demo: false, limitMs: 400_000 });
		browser = await openBrowser();
	}, 500_000);

	afterAll(async () => {
		await browser?.close();
		await app?.stop();
		await site?.close();
	}, 60_000);

	async function as(job: Job, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
		const context = await browser.newContext({
			viewport: { width: 1920, height: 1080 },
			locale: 'en',
			...options
		});
		const page = await context.newPage();
		page.setDefaultTimeout(30_000);
		page.on('console', (message) => {
			// A network that was taken away on purpose is told in the console.
			if (message.type() === 'error' && !message.text().includes('ERR_INTERNET_DISCONNECTED'))
				troubles.push(message.text());
		});
		page.on('pageerror', (error) => troubles.push(String(error)));
		page.on('request', (request) => {
			const url = request.url();
			if (!url.startsWith(app.url) && !/^(data|blob):/.test(url)) troubles.push(`another host: ${url}`);
		});
		await signInUnseen(context, app.url, site.people[job]);
		return page;
	}

	/** Opens a plan and waits until scripts run: the map's own progress note is gone. */
	async function open(page: Page, search = `unit=${unit.id}&hours=12`): Promise<void> {
		await page.goto(`${app.url}/patrol?${search}`);
		await page.locator('.patrol-stop').first().waitFor({ state: 'attached', timeout: 60_000 });
	}

	const stops = (page: Page) => page.locator('[data-stop]');
	const names = (page: Page) =>
		stops(page).evaluateAll((rows) => rows.map((one) => (one as HTMLElement).dataset.stop));
	const driving = async (page: Page) =>
		(await page.locator('[data-figure=driving]').innerText()).replaceAll('\n', ' ');
	const way = (page: Page, place: number, word: string) =>
		stops(page).nth(place).locator(`[data-way=${word}]`);

	async function unfold(page: Page, place: number): Promise<void> {
		const head = stops(page).nth(place).locator('[data-head]');
		if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
	}

	it('of twenty cases is no longer than the order of their limits, and prints both lengths', async () => {
		const page = await as('dispatcher');
		await open(page);
		const cases = (await names(page)).filter((key) => key!.startsWith('case '));
		expect(cases.length).toBe(20);
		const words = await page.locator('p.compare').innerText();
		const metres = [...words.matchAll(/([\d.,]+) (km|m) ·/g)].map(
			([, number, of]) => Number(number!.replace(',', '')) * (of === 'km' ? 1000 : 1)
		);
		expect(metres.length).toBe(2);
		expect(metres[1]).toBeLessThanOrEqual(metres[0]!);
		expect(words).toMatch(/% less/);
		await page.context().close();
	}, 120_000);

	it('says of every stop why it is there, and draws a tenth by lot with the seed shown', async () => {
		const page = await as('dispatcher');
		await open(page, `unit=${unit.id}&hours=12&seed=lucky`);
		const texts = await stops(page).allInnerTexts();
		for (const text of texts)
			expect(text).toMatch(/Overdue 2 d|Due \d\d-\d\d \d\d:\d\d|Due \d\d:\d\d|Random check/);
		expect(texts.filter((text) => text.includes('Overdue 2 d')).length).toBe(5);
		const drawn = await names(page).then((keys) => keys.filter((key) => key!.startsWith('check ')));
		expect(drawn.length).toBe(2);
		const first = (await names(page)).indexOf(drawn[0]);
		await unfold(page, first);
		await stops(page).nth(first).getByText('seed “lucky”').waitFor();
		await open(page, `unit=${unit.id}&hours=12&seed=lucky`);
		expect((await names(page)).filter((key) => key!.startsWith('check '))).toEqual(drawn);
		await page.context().close();
	}, 120_000);

	it('too short for all keeps the overdue ones and lists the rest with the reason', async () => {
		const page = await as('dispatcher');
		await open(page, `unit=${unit.id}&hours=1.5&minutes=10`);
		const texts = await stops(page).allInnerTexts();
		expect(texts.length).toBeLessThan(12);
		expect(texts.filter((text) => text.includes('Overdue')).length).toBe(5);
		await page.getByText(/^Left out \(\d+\)$/).waitFor();
		expect(await page.getByText('No room in the shift').count()).toBeGreaterThan(8);
		await page.context().close();
	}, 120_000);

	it('is changed by keyboard: moved, locked, put in order again, dropped and put back', async () => {
		const page = await as('dispatcher');
		await open(page);
		const before = await names(page);
		const length = await driving(page);
		await unfold(page, 3);
		await way(page, 3, 'down').focus();
		await page.keyboard.press('Enter');
		await expect.poll(() => names(page)).toEqual(before.toSpliced(3, 2, before[4], before[3]));
		expect(await driving(page)).not.toBe(length);
		// The same button again, without looking for it.
		await page.keyboard.press('Enter');
		await expect.poll(() => names(page).then((keys) => keys.indexOf(before[3]))).toBe(5);
		await page
			.getByRole('status')
			.getByText(/is now stop 6; whole route/)
			.waitFor({ state: 'attached' });

		await way(page, 5, 'lock').click();
		await page.getByRole('button', { name: 'Order again' }).click();
		expect((await names(page)).indexOf(before[3])).toBe(5);

		await way(page, 5, 'drop').click();
		await page.getByText('Not today (1)').waitFor();
		expect(await names(page)).not.toContain(before[3]);
		await page.getByRole('button', { name: 'Put back' }).click();
		await expect.poll(() => names(page)).toContain(before[3]);

		await unfold(page, 0);
		await way(page, 0, 'down').click();
		const changed = await names(page);
		expect(changed).not.toEqual(before);
		await page.reload();
		await page.getByText(/Your changes of .* were kept/).waitFor();
		expect(await names(page)).toEqual(changed);
		await page.getByRole('button', { name: 'Original route' }).click();
		expect(await names(page)).toEqual(before);
		await page.context().close();
	}, 120_000);

	it('goes on without a network, and draws the streets when it is back', async () => {
		const page = await as('team');
		await open(page);
		const before = await names(page);
		await page.context().setOffline(true);
		await unfold(page, 2);
		await way(page, 2, 'down').click();
		await expect.poll(() => names(page)).toEqual(before.toSpliced(2, 2, before[3], before[2]));
		await page.getByText('No network: changed legs are drawn straight').waitFor();
		await page.context().setOffline(false);
		await page.evaluate(() => dispatchEvent(new Event('online')));
		await page.getByText('No network: changed legs are drawn straight').waitFor({ state: 'detached' });
		await page.context().close();
	}, 120_000);

	it('leads from a stop to its case, and from where the device is without telling the address', async () => {
		const here = kerbs[40]!;
		const page = await as('team', {
			viewport: { width: 390, height: 844 },
			hasTouch: true,
			isMobile: true,
			geolocation: { longitude: here.lng, latitude: here.lat, accuracy: 10 },
			permissions: ['geolocation']
		});
		await open(page);
		await page.getByText('Shift and start').click();
		await page.getByLabel('Start', { exact: true }).selectOption('device');
		await page.getByRole('button', { name: 'Plan the route' }).click();
		await page.getByText('Start: My position').waitFor();
		expect(page.url()).not.toMatch(/lng|lat|\d\d\.\d{3}/);
		const place = (await names(page)).findIndex((key) => key!.startsWith('case '));
		await unfold(page, place);
		await stops(page)
			.nth(place)
			.getByRole('link', { name: /Open case/ })
			.click();
		await page.waitForURL(/\/desk\/cases\//);
		await page.context().close();
	}, 120_000);

	it('is refused to those who drive nowhere', async () => {
		const page = await as('inspector');
		expect((await page.goto(`${app.url}/patrol`))?.status()).toBe(403);
		const lines = await page.request.post(`${app.url}/patrol/lines`, {
			data: { legs: [] },
			headers: { origin: app.url }
		});
		expect(lines.status()).toBe(403);
		await page.context().close();
		troubles.splice(0, troubles.length, ...troubles.filter((text) => !text.includes('403')));
	}, 120_000);

	it.each([
		['zh-CN', 390, '随机抽查'],
		['en', 390, 'Random check'],
		['zh-CN', 1920, '随机抽查'],
		['en', 1920, 'Random check']
	])(
		'is clean by axe and fits its screen: %s at %i',
		async (locale, width, words) => {
			const page = await as('team', { viewport: { width, height: 844 }, locale });
			await open(page);
			await stops(page).getByText(words).first().waitFor();
			await unfold(page, 0);
			expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
			expect(await complaintsOfAxe(page)).toEqual([]);
			await page.context().close();
		},
		120_000
	);

	it('said nothing in the console and asked no other host', () => {
		expect(troubles).toEqual([]);
	});
});
